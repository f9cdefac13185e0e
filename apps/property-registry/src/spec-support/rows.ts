/** Rows of the registry's sheets, of one project. */
export class Rows {
  constructor(readonly project: string) {}

  projectRow(project = this.project): Record<string, string> {
    return { 项目编码: project, 项目名称: '阳光上城', 区域: '山东', 城市公司: '烟台公司', 启用账期: '2026-03' };
  }

  room(code: string, more: Record<string, string> = {}): Record<string, string> {
    const required = { 资源名称: `房 ${code}`, 资源性质: '高层', 楼栋: '01', 建筑面积: '88.5' };
    return { 项目编码: this.project, 资源编码: code, ...required, ...more };
  }

  place(code: string, more: Record<string, string> = {}): Record<string, string> {
    return { 项目编码: this.project, 资源编码: code, 车位类型: '地下车位', ...more };
  }
}
