// What .NET needs to know about the page itself: whether it is visible, and which shortcuts are pressed.
export function watch(reference) {
  const visibility = () => reference.invokeMethodAsync('OnVisibility', document.hidden);

  const shortcuts = { z: 'undo', y: 'redo', s: 'save', k: 'palette' };

  const key = event => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && shortcuts[event.key.toLowerCase()]) {
      const name = event.shiftKey && event.key.toLowerCase() === 'z' ? 'redo' : shortcuts[event.key.toLowerCase()];
      if (name === 'palette') {
        event.preventDefault();
        reference.invokeMethodAsync('OnShortcut', name);
        return;
      }
      // Fields undo their own typing.
      if (name !== 'save' && event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName))
        return;
      if (guarded !== null)
        event.preventDefault();
      reference.invokeMethodAsync('OnShortcut', name);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.key.length !== 1)
      return;
    const target = event.target;
    if (target instanceof HTMLElement
      && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('dialog, [role="dialog"], [role="menu"], [role="listbox"]')))
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

// A chart follows the window only once it has been drawn. If the window changed before that, it hears of it now.
export function fitCharts() {
  const charts = [...document.querySelectorAll('.chart .plot > div')];
  const isOff = chart => {
    const drawn = chart.querySelector('.main-svg');
    return drawn !== null && Math.abs(drawn.getBoundingClientRect().width - chart.clientWidth) > 1;
  };
  if (charts.some(isOff))
    window.dispatchEvent(new Event('resize'));
}

let guarded = null;

// Not null while a page has its own shortcuts; true when it also has unsaved changes, so that leaving asks first.
export function guard(has, unsaved) {
  guarded = has ? unsaved : null;
  window.onbeforeunload = guarded ? event => event.preventDefault() : null;
}

// Storage belongs to the host, and other servers may run under other paths of that host.
const path = new URL(document.baseURI).pathname;
const own = key => path === '/' ? key : path + key;

export function store(key, value) {
  try {
    if (value === null)
      localStorage.removeItem(own(key));
    else
      localStorage.setItem(own(key), value);
  } catch {
    // Storage is forbidden here, so the choice lasts only as long as the page.
  }
}

export function load(key) {
  try {
    return localStorage.getItem(own(key));
  } catch {
    return null;
  }
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
}

export function save(file, text) {
  download(file, new Blob([text], { type: 'text/csv;charset=utf-8' }));
}

export async function savePicture(file, svg, width, height) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext('2d').drawImage(image, 0, 0, width, height);
  download(file, await new Promise(done => canvas.toBlob(done, 'image/png')));
}

function download(file, content) {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = file;
  link.click();
  URL.revokeObjectURL(address);
}

export function openDialog(dialog) {
  if (!dialog.open)
    dialog.showModal();
}

export function closeDialog(dialog) {
  dialog.close();
}
