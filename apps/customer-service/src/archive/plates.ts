/** 5 to 10 characters: 鲁F12345, 鲁FD12345 (新能源), 使014578, 粤Z1234港. */
const PLATE = /^(?=.*\d)[\p{Script=Han}A-Z0-9]{5,10}$/u;
/** What people write into plates, and what does not tell two of them apart. */
const IN_BETWEEN = /[\s·•・.．-]/gu;

/** A plate 车牌 in its plain form, as it is kept and compared: capital letters, without blanks, dots and dashes. Null: it is none. */
export const plateOf = (text: string): string | null => {
  const plain = text.normalize('NFKC').replace(IN_BETWEEN, '').toUpperCase();
  return PLATE.test(plain) ? plain : null;
};
