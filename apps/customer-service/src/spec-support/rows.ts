export type Cells = Record<string, string>;

/** Rows of the sheets of customer-service, of one project. */
export class Rows {
  constructor(readonly project: string) {}

  customer(code: string, more: Cells = {}): Cells {
    return { 项目编码: this.project, 客户编码: code, 客户名称: `客户 ${code}`, 客户类型: '个人', ...more };
  }

  occupancy(resource: string, customer: string, from: string, more: Cells = {}): Cells {
    const names = { 项目编码: this.project, 资源编码: resource, 客户编码: customer };
    return { ...names, 关系: '业主', 开始日期: from, 付费人: '是', ...more };
  }
}
