import type { ConnectedApp, Sender } from '../../src/agent/owner-api.ts';
import { hostOf, shortAddress } from './format.ts';
import { Icon, Seal } from './icons.tsx';

/** `ines` and `.id.blockstack`. */
export function splitName(name: string): readonly [label: string, space: string] {
  const dot = name.indexOf('.');
  return dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
}

/** What a sentence calls someone: “ines”, or the shortened address where no name is proven. */
export function calledShort(sender: Sender): string {
  return sender.name === undefined ? shortAddress(sender.address) : splitName(sender.name.name)[0];
}

/** What a row's spoken name calls someone. */
export function spokenSender(sender: Sender): string {
  return sender.name === undefined ? shortAddress(sender.address) : `${sender.name.name}, name proven`;
}

/** A name as it is written. The seal only where it was proven. */
export function Name({ name, proven }: { readonly name: string; readonly proven: boolean }) {
  const [label, space] = splitName(name);
  return (
    <span class="name">
      <bdi dir="ltr" title={name}>
        <span class="label">{label}</span>
        <span class="space">{space}</span>
      </bdi>
      {proven && <Seal />}
    </span>
  );
}

/** An address, shortened; whole on hover. */
export function ShortAddress({ address }: { readonly address: string }) {
  return (
    <bdi dir="ltr" class="mono" title={address}>
      {shortAddress(address)}
    </bdi>
  );
}

/** Proven name or shortened address. A claimed name never stands here. */
export function SenderName({ sender }: { readonly sender: Sender }) {
  if (sender.name === undefined) return <ShortAddress address={sender.address} />;
  return <Name name={sender.name.name} proven />;
}

/** What the sender says of itself, and what speaks against it. */
export function SenderClaim({ sender }: { readonly sender: Sender }) {
  const { warning, claimedName } = sender;
  return (
    <>
      {claimedName !== undefined && sender.name === undefined && (
        <p class="claim">
          Says it is <bdi dir="ltr">{claimedName}</bdi>. Not checked yet.
        </p>
      )}
      {warning !== undefined && (
        <p class="caution-line">
          <Icon name="warning" small />
          <span>
            {warning.kind === 'moved' ? (
              <>
                You know <bdi dir="ltr">{warning.name}</bdi> at another address. The name may have changed
                hands.
              </>
            ) : (
              <>
                Resembles <bdi dir="ltr">{warning.name}</bdi>, whom you know. It is another name.
              </>
            )}
          </span>
        </p>
      )}
    </>
  );
}

interface AvatarProps {
  /** A proven name; without one an outlined person stands. */
  readonly name?: string | undefined;
  readonly address: string;
  readonly app?: AppLook | undefined;
  readonly big?: boolean;
}

export function Avatar({ name, address, app, big = false }: AvatarProps) {
  const classes = ['avatar', name === undefined ? 'unnamed' : '', big ? 'big' : ''].filter(Boolean).join(' ');
  return (
    <span class={classes} style={{ '--hue': hueOf(address) }} aria-hidden="true">
      {name === undefined ? <Icon name="person" /> : splitName(name)[0].charAt(0).toUpperCase()}
      {app !== undefined && <AppIcon app={app} />}
    </span>
  );
}

/** As much of an app as its icon needs. */
export interface AppLook {
  readonly app: string;
  readonly appName?: string | undefined;
  readonly icon?: string | undefined;
}

/**
 * The app's own icon if it came along as data. One from the web is not fetched: that would tell the app's server each
 * time when this is looked at. Its initial stands instead.
 */
export function AppIcon({
  app,
  size = '',
}: {
  readonly app: AppLook;
  readonly size?: '' | 'large' | 'headline';
}) {
  const image = app.icon !== undefined && /^data:image\/(png|svg\+xml|webp|jpeg|gif)[;,]/.test(app.icon);
  return (
    <span
      class={`app-icon ${size} ${image ? 'image' : ''}`}
      style={{ '--hue': hueOf(app.app) }}
      aria-hidden="true"
    >
      {image ? <img src={app.icon} alt="" /> : (app.appName ?? hostOf(app.app)).charAt(0).toUpperCase()}
    </span>
  );
}

/** The app's word for itself, or its host where it has none or where another app uses the same. */
export function appTitle(origin: string, apps: readonly ConnectedApp[]): string {
  const name = apps.find(({ app }) => app === origin)?.appName;
  const host = hostOf(origin);
  if (name === undefined) return host;
  const shared = apps.some(({ app, appName }) => app !== origin && appName === name);
  return shared ? host : name;
}

const HUES = [4, 28, 48, 96, 140, 184, 216, 262, 318] as const;

/** A hue that stays with its owner. */
function hueOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return HUES[hash % HUES.length] ?? 0;
}
