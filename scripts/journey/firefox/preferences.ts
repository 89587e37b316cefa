import type { OwnWindow } from './own-window.ts';

export type Preferences = Readonly<Record<string, string | number | boolean>>;

interface Chrome {
  readonly Services: {
    readonly prefs: {
      setStringPref(name: string, value: string): void;
      setIntPref(name: string, value: number): void;
      setBoolPref(name: string, value: boolean): void;
    };
  };
}

/** Sets them while Firefox runs: they hold for all its tabs, in each as soon as it hears. */
export async function setPreferences(window: OwnWindow, wanted: Preferences): Promise<void> {
  await window.call(String(set), [wanted]);
}

function set(wanted: Preferences): void {
  const { prefs } = (globalThis as unknown as Chrome).Services;
  for (const [name, value] of Object.entries(wanted)) {
    if (typeof value === 'string') prefs.setStringPref(name, value);
    else if (typeof value === 'number') prefs.setIntPref(name, value);
    else prefs.setBoolPref(name, value);
  }
}
