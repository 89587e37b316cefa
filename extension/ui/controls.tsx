import type { ComponentChildren, Ref, TargetedEvent, TargetedInputEvent } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon, type IconName } from './icons.tsx';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly kind?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly size?: '' | 'small' | 'large';
  readonly icon?: IconName;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  /** Stands there, can be focused, does nothing yet. */
  readonly inert?: boolean;
  readonly type?: 'button' | 'submit';
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const {
    children,
    onClick,
    kind = 'plain',
    size = '',
    icon,
    busy = false,
    disabled = false,
    inert = false,
  } = props;
  const idle = busy || inert;
  return (
    <button
      ref={props.buttonRef ?? null}
      type={props.type ?? 'button'}
      class={`button ${kind} ${size}`}
      disabled={disabled}
      aria-busy={busy}
      aria-disabled={idle}
      onClick={(event) => {
        if (idle) event.preventDefault();
        else onClick?.();
      }}
    >
      {busy && <span class="spinner" />}
      {icon !== undefined && <Icon name={icon} small />}
      <span class="word">{children}</span>
    </button>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly icon: IconName;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

export function IconButton({ label, icon, onClick, disabled = false, buttonRef }: IconButtonProps) {
  return (
    <button
      ref={buttonRef ?? null}
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** A word within a sentence that does something. */
export function LinkButton({
  children,
  onClick,
}: {
  readonly children: ComponentChildren;
  readonly onClick: () => void;
}) {
  return (
    <button type="button" class="link" onClick={onClick}>
      {children}
    </button>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: ComponentChildren;
  /** What is wrong with it, in a sentence. */
  readonly fault?: ComponentChildren;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly onBlur?: () => void;
  readonly hiddenLabel?: boolean;
  readonly inputMode?: 'url' | 'text';
}

/** A field for a web address, or for a code that is copied like one. */
export function AddressField(props: FieldProps) {
  const id = useId();
  const {
    label,
    value,
    onInput,
    hint,
    fault,
    placeholder,
    required = false,
    onBlur,
    hiddenLabel = false,
    inputMode = 'url',
  } = props;
  return (
    <div class="field">
      <label for={id} class={hiddenLabel ? 'unseen' : undefined}>
        {label}
      </label>
      <input
        id={id}
        class="input address"
        type="text"
        inputMode={inputMode}
        autocomplete="off"
        spellcheck={false}
        value={value}
        placeholder={placeholder}
        required={required}
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-hint ${id}-fault`}
        onInput={(event: TargetedInputEvent<HTMLInputElement>) => onInput(event.currentTarget.value)}
        onBlur={onBlur}
      />
      <p id={`${id}-hint`} class="hint" hidden={hint === undefined}>
        {hint}
      </p>
      <p id={`${id}-fault`} class="fault" role="alert">
        {fault !== undefined && <Icon name="alert" small />}
        {fault !== undefined && <span>{fault}</span>}
      </p>
    </div>
  );
}

interface SwitchProps {
  readonly id?: string;
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly describedBy?: string;
}

export function Switch({ id, label, checked, onChange, disabled = false, describedBy }: SwitchProps) {
  return (
    <input
      id={id}
      class="switch"
      type="checkbox"
      role="switch"
      aria-label={label}
      aria-describedby={describedBy}
      checked={checked}
      aria-checked={checked}
      disabled={disabled}
      onChange={(event: TargetedEvent<HTMLInputElement>) => onChange(event.currentTarget.checked)}
    />
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChange: (value: string) => void;
}

export function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <span class="select-box">
      <select
        class="select"
        aria-label={label}
        value={value}
        onChange={(event: TargetedEvent<HTMLSelectElement>) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      <Icon name="down" small />
    </span>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly action: string;
  readonly cancel: string;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks before what cannot be taken back. The browser's own dialog traps the focus and gives it back. */
export function Confirm({
  title,
  children,
  action,
  cancel,
  busy = false,
  onConfirm,
  onCancel,
}: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={heading} onClose={onCancel} onCancel={onCancel}>
      <h2 id={heading}>{title}</h2>
      <p>{children}</p>
      <div class="actions">
        <Button onClick={onCancel}>{cancel}</Button>
        <Button kind="danger" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </dialog>
  );
}
