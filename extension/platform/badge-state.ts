import type { Overview } from '../../src/agent/owner-api.ts';

/** What the toolbar shows: how much waits, a letter or the bare slot, grey while locked or no app's key is at hand. */
export interface BadgeState {
  readonly text: string;
  readonly icon: 'mail' | 'bare' | 'mail-grey' | 'bare-grey';
}

export function badgeState({ badge, apps, vault }: Pick<Overview, 'badge' | 'apps' | 'vault'>): BadgeState {
  const isKeyless = apps.length > 0 && apps.every(({ state }) => state === 'waiting');
  const locked = vault.state === 'locked' || isKeyless;
  const icon = badge > 0 ? 'mail' : 'bare';
  return { text: badgeText(badge), icon: locked ? `${icon}-grey` : icon };
}

function badgeText(count: number): string {
  if (count === 0) return '';
  return count > 99 ? '99+' : String(count);
}
