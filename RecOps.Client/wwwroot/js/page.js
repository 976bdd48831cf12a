// What .NET needs to know of the page itself: whether anyone looks at it, and single-key shortcuts.
export function watch(reference) {
  const visibility = () => reference.invokeMethodAsync('OnVisibility', document.hidden);

  const key = event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.key.length !== 1)
      return;
    const target = event.target;
    if (target instanceof HTMLElement
      && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('[role="dialog"], [role="menu"], [role="listbox"]')))
      return;
    reference.invokeMethodAsync('OnKey', event.key);
  };

  document.addEventListener('visibilitychange', visibility);
  document.addEventListener('keydown', key);
  return {
    stop: () => {
      document.removeEventListener('visibilitychange', visibility);
      document.removeEventListener('keydown', key);
    },
  };
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
}
