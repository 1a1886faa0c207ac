import type {
  UserId,
  UserType,
  WeekDaySchedule,
  YearDaySchedule,
} from "../../../../daemon/core/model/door-lock.ts";

const daySeconds = 86_400;
/** 2000-01-01 was a Saturday; day 0 of a mask is Sunday. */
const firstDay = 6;

interface UserSchedules {
  readonly yearDay: Map<number, YearDaySchedule>;
  readonly weekDay: Map<number, WeekDaySchedule>;
}

/** The schedules of a lock's users, and whether they allow access at a given wall-clock time. */
export class FieldSchedules {
  readonly #users = new Map<UserId, UserSchedules>();
  /** How much too early the lock applies its schedules, in seconds: a mutation. */
  earlySeconds = 0;

  of(userId: UserId): UserSchedules {
    let user = this.#users.get(userId);
    if (user === undefined) {
      user = { yearDay: new Map(), weekDay: new Map() };
      this.#users.set(userId, user);
    }
    return user;
  }

  forget(userId: UserId): void {
    this.#users.delete(userId);
  }

  reset(): void {
    this.#users.clear();
  }

  /** @param localSeconds the lock's wall clock; null = not set, and then no schedule allows access */
  letsIn(userId: UserId, userType: UserType, localSeconds: number | null): boolean {
    switch (userType) {
      case "unrestricted":
      case "master":
        return true;
      case "nonAccess":
        return false;
      case "yearDay":
      case "weekDay":
        break;
    }
    const user = this.#users.get(userId);
    if (localSeconds === null || user === undefined) return false;
    const atSeconds = localSeconds + this.earlySeconds;
    return userType === "yearDay"
      ? [...user.yearDay.values()].some((one) => isInYear(one, atSeconds))
      : [...user.weekDay.values()].some((one) => isInWeek(one, atSeconds));
  }
}

function isInYear(
  { localStartSeconds, localEndSeconds }: YearDaySchedule,
  localSeconds: number,
): boolean {
  return localStartSeconds <= localSeconds && localSeconds < localEndSeconds;
}

function isInWeek(schedule: WeekDaySchedule, localSeconds: number): boolean {
  const day = (Math.floor(localSeconds / daySeconds) + firstDay) % 7;
  if ((schedule.daysMask & (1 << day)) === 0) return false;
  const minute = Math.floor((localSeconds % daySeconds) / 60);
  const { startHour, startMinute, endHour, endMinute } = schedule;
  return minute >= startHour * 60 + startMinute && minute < endHour * 60 + endMinute;
}
