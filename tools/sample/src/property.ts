import { dayOf, shifted } from './calendar';
import { FIRST_PERIOD, MONTHS } from './span';
import type { Dice } from './dice';
import type { Habit, ProjectPlan, StandardPlan } from './blueprint';
import type { Day, Nature } from '@propledger/contracts';

export interface Space {
  readonly code: string;
  readonly name: string;
  readonly nature: Nature;
  readonly building: string;
  readonly entrance: string;
  readonly floor: string;
  readonly room: string;
  /** 1/100 m². */
  readonly area: number;
  readonly handedOverOn: Day;
  /** Parking: where it is, and the room it goes with. */
  readonly place: string;
  readonly parent: string;
}

export interface Person {
  readonly code: string;
  readonly name: string;
  readonly kind: '个人' | '单位' | '开发商';
  readonly phone: string;
  readonly habit: Habit;
}

export interface Stay {
  readonly space: Space;
  readonly person: Person;
  readonly relation: '业主' | '租户' | '开发商';
  readonly from: Day;
  /** '' is without end. */
  readonly to: Day;
  readonly payer: boolean;
}

/** One project as it stands: who holds and pays for what, and by which standards. */
export interface Property {
  readonly plan: ProjectPlan;
  readonly spaces: readonly Space[];
  readonly people: readonly Person[];
  readonly stays: readonly Stay[];
  readonly standardsOf: (space: Space) => readonly StandardPlan[];
  /** From when on a resource is charged; null: it stands empty. */
  readonly chargedFrom: (space: Space) => Day | null;
}

const SURNAMES = [
  '林',
  '江',
  '白',
  '苏',
  '沈',
  '叶',
  '云',
  '顾',
  '许',
  '宋',
  '夏',
  '秦',
  '石',
  '温',
  '方',
  '余',
  '钟',
  '安',
  '简',
  '黎',
];
const GIVEN = [
  '星野',
  '知微',
  '听雨',
  '望舒',
  '若谷',
  '怀瑾',
  '清和',
  '既白',
  '晚舟',
  '南乔',
  '临川',
  '子衿',
  '长风',
  '半夏',
  '月白',
  '松间',
  '疏影',
  '行止',
];
const TRADES = ['远帆', '青禾', '合众', '万象', '启明', '润泽', '拾光', '云帆'];
const KINDS = ['商贸', '科技', '餐饮', '鞋业', '服饰', '文化', '咨询'];

const two = (value: number): string => String(value).padStart(2, '0');

export const makeProperty = (plan: ProjectPlan, dice: Dice): Property => {
  const rooms = roomsOf(plan, dice);
  const people: Person[] = [];
  const stays: Stay[] = [];

  // Phone numbers begin with 100: no mobile number does, so none of them can be somebody's.
  const enter = (kind: Person['kind'], habit: Habit, name: string): Person => {
    const number = people.length + 1;
    const phone = `1000${plan.code.charCodeAt(0)}${String(number).padStart(5, '0')}`;
    const person = { code: `${plan.code}-K${String(number).padStart(5, '0')}`, name, kind, phone, habit };
    people.push(person);
    return person;
  };
  const anybody = (): Person =>
    dice.chance(plan.firms)
      ? enter('单位', dice.weighted(plan.habits), `示例${dice.pick(TRADES)}${dice.pick(KINDS)}${people.length}号店`)
      : enter('个人', dice.weighted(plan.habits), `${dice.pick(SURNAMES)}${dice.pick(GIVEN)}（示例）`);

  const developer = enter('开发商', 'quarterly', plan.developer);
  const payers: Person[] = [];
  for (const space of rooms) {
    const since = space.handedOverOn;
    if (dice.chance(plan.unsold)) {
      stays.push({ space, person: developer, relation: '开发商', from: since, to: '', payer: true });
      continue;
    }
    const owner = anybody();
    if (!dice.chance(plan.let)) {
      stays.push({ space, person: owner, relation: '业主', from: since, to: '', payer: true });
      payers.push(owner);
      continue;
    }
    stays.push({ space, person: owner, relation: '业主', from: since, to: '', payer: false });
    payers.push(...lease(space, stays, anybody, dice));
  }

  const parkingSpaces = parkingOf(plan);
  const rented = new Set(
    plan.parking
      .flatMap(({ prefix, rented: count }) =>
        parkingSpaces.filter(({ code }) => code.includes(`-${prefix}-`)).slice(0, count),
      )
      .map(({ code }) => code),
  );
  const spaces = [...rooms, ...parkingSpaces].map((space) => {
    if (space.building !== '' || !rented.has(space.code)) return space;
    const holder = dice.pick(payers);
    const home = stays.find((stay) => stay.person === holder && stay.payer);
    const parking = { ...space, parent: home?.space.code ?? '' };
    const from = home && home.from > space.handedOverOn ? home.from : space.handedOverOn;
    stays.push({ space: parking, person: holder, relation: home?.relation ?? '业主', from, to: '', payer: true });
    return parking;
  });
  const firstStay = new Map<string, Day>();
  for (const { space, from } of stays) {
    const known = firstStay.get(space.code);
    if (known === undefined || from < known) firstStay.set(space.code, from);
  }
  return {
    plan,
    spaces,
    people,
    stays,
    standardsOf: (space) => plan.standards.filter(({ natures }) => natures.includes(space.nature)),
    chargedFrom: (space) => {
      const from = firstStay.get(space.code);
      return from === undefined || from > `${FIRST_PERIOD}-01` ? (from ?? null) : `${FIRST_PERIOD}-01`;
    },
  };
};

/** A tenant, and in one case of six the next one, sometimes after a month in which nobody pays. */
const lease = (space: Space, stays: Stay[], anybody: () => Person, dice: Dice): Person[] => {
  const begin = (from: Day, to: Day): Person => {
    const person = anybody();
    stays.push({ space, person, relation: '租户', from, to, payer: true });
    return person;
  };
  if (space.handedOverOn > FIRST_PERIOD || !dice.chance(17)) return [begin(space.handedOverOn, '')];
  const leaves = dice.between(2, MONTHS - 4);
  const last = dayOf(shifted(FIRST_PERIOD, leaves), 31);
  const next = dayOf(shifted(FIRST_PERIOD, leaves + dice.between(1, 2)), 1);
  return [begin(space.handedOverOn, last), begin(next, '')];
};

const roomsOf = (plan: ProjectPlan, dice: Dice): Space[] =>
  plan.blocks.flatMap((block) => {
    const handedOverOn = block.handedOverOn ?? `${dice.between(2021, 2024)}-${two(dice.between(1, 12))}-01`;
    const spaces: Space[] = [];
    for (let entrance = 1; entrance <= block.entrances; entrance++)
      for (let floor = 1; floor <= block.floors; floor++)
        for (let nth = 1; nth <= block.perFloor; nth++) {
          const room = `${two(floor)}${two(nth)}`;
          const name = `${block.building}${block.label}${block.entrances > 1 ? `${entrance}单元` : ''}${room}`;
          const area = block.areas[(nth - 1) % block.areas.length] ?? 0;
          const code = `${plan.code}-${block.building.replace(/[馆街区外库]/g, (char) => LATIN[char] ?? '')}-${entrance}-${room}`;
          spaces.push({
            code,
            name,
            nature: block.nature,
            building: block.building,
            entrance: String(entrance),
            floor: String(floor),
            room,
            area,
            handedOverOn,
            place: '',
            parent: '',
          });
        }
    return spaces;
  });

const LATIN: Readonly<Record<string, string>> = { 馆: 'G', 街: 'J', 区: 'Q', 外: 'W', 库: 'K' };

const parkingOf = (plan: ProjectPlan): Space[] =>
  plan.parking.flatMap(({ nature, prefix, count, place }) =>
    Array.from({ length: count }, (_, index) => {
      const number = String(index + 1).padStart(3, '0');
      return {
        code: `${plan.code}-${prefix}-${number}`,
        name: `${nature}${number}`,
        nature,
        building: '',
        entrance: '',
        floor: '',
        room: '',
        area: 1275,
        handedOverOn: '2024-01-01',
        place: `${place} ${prefix}${number}`,
        parent: '',
      };
    }),
  );
