export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** What an answer that is a workbook says of itself. */
export const workbookHeaders = (fileName: string): Record<string, string> => ({
  'content-type': XLSX,
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
});
