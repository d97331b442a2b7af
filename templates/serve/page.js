'use strict';

// Side of the drawing sent to the server, in pixels: black ink on white.
const SIDE = 280;
// With more classes than this, only the most probable ones are shown.
const MAX_BARS = 12;
// With more columns than this, a row is typed as text only.
const MAX_FIELDS = 60;

const element = id => document.getElementById(id);
const percent = value => `${(100 * value).toFixed(2)} %`;
// Six digits, as more are noise.
const digits = value => String(Number(value.toPrecision(6)));

let model = null;

/* Requests: one at a time. Of those made meanwhile, only the last is sent. */

const queue = { busy: false, next: null, cleared: 0 };

async function predict(path, kind, body) {
  if (queue.busy) {
    queue.next = [path, kind, body];
    return;
  }
  queue.busy = true;
  // A response is ignored if its input has been cleared meanwhile.
  const cleared = queue.cleared;
  const isCurrent = () => cleared === queue.cleared;
  try {
    const response = await fetch(path, { method: 'POST', headers: { 'content-type': kind }, body: await body() });
    const result = await response.json();
    if (!response.ok) throw new Error(result.error);
    if (isCurrent()) showResult(result);
  } catch (error) {
    if (isCurrent() && !queue.next) showProblem(error instanceof TypeError ? 'the server does not respond' : error.message);
  }
  queue.busy = false;
  if (queue.next) {
    const next = queue.next;
    queue.next = null;
    predict(...next);
  }
}

/* The prediction. */

function showProblem(message) {
  showNothing();
  element('problem').textContent = message;
  element('problem').hidden = false;
}

function showNothing() {
  element('problem').hidden = true;
  element('best').textContent = '–';
  element('sure').textContent = '';
  element('seen').hidden = true;
  element('table').hidden = true;
  showBars(null);
}

function showResult(result) {
  element('problem').hidden = true;
  const [first] = result.predictions;
  const several = result.predictions.length > 1;
  if (model.targets.length) return showNumbers(result.predictions);
  element('best').textContent = several ? `${result.predictions.length} rows` : first.class;
  element('best').parentElement.classList.toggle('long', several || first.class.length > 4);
  element('sure').textContent = several ? '' : percent(first.probability);
  element('bars').hidden = several;
  element('table').hidden = !several;
  if (several) showTable(result.predictions);
  else showBars(first.probabilities, first.index);
  showSeen(result.seen);
}

/* What a regression predicts: a number with its name, or a table of several. */
function showNumbers(predictions) {
  const [name] = model.targets;
  const isOne = predictions.length === 1 && model.targets.length === 1;
  const rows = predictions.length > 1 ? `${predictions.length} rows` : `${model.targets.length} numbers`;
  element('best').textContent = isOne ? digits(predictions[0].values[name]) : rows;
  element('best').parentElement.classList.add('long');
  element('sure').textContent = isOne ? name : '';
  element('table').hidden = isOne;
  if (isOne) return;
  const numbers = prediction => model.targets.map(target => digits(prediction.values[target]));
  if (predictions.length > 1) showRows(['row', ...model.targets], predictions.map((prediction, index) => [index + 1, ...numbers(prediction)]));
  else showRows(['target', 'predicted'], model.targets.map((target, index) => [target, numbers(predictions[0])[index]]));
}

function showSeen(seen) {
  element('seen').hidden = !seen;
  if (!seen) return;
  const picture = element('seen-picture');
  picture.width = seen.width;
  picture.height = seen.height;
  const context = picture.getContext('2d');
  const image = context.createImageData(seen.width, seen.height);
  for (let pixel = 0; pixel < seen.width * seen.height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * pixel + channel] = seen.pixels[seen.channels * pixel + Math.min(channel, seen.channels - 1)];
    }
    image.data[4 * pixel + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  element('seen-note').textContent = `, ${seen.width} × ${seen.height}${seen.inverted && dropped ? ', inverted' : ''}`;
}

function showBars(probabilities, predicted) {
  const bars = element('bars');
  bars.hidden = !model.classes.length;
  if (bars.hidden) return;
  const ranked = model.classes.map((_, index) => index);
  if (ranked.length > MAX_BARS) {
    if (probabilities) ranked.sort((one, other) => probabilities[other] - probabilities[one]);
    element('more').textContent = `the ${MAX_BARS} most probable of ${ranked.length} classes`;
    element('more').hidden = false;
    ranked.length = MAX_BARS;
  }
  bars.classList.toggle('empty', !probabilities);
  bars.classList.toggle('named', model.classes.some(name => name.length > 2));
  ranked.forEach((index, place) => {
    const item = bars.children[place] || newBar(bars);
    const value = probabilities ? probabilities[index] : 0;
    item.querySelector('bdi').textContent = model.classes[index];
    item.querySelector('bdi').title = model.classes[index];
    item.querySelector('.fill').style.transform = `scaleX(${value})`;
    item.querySelector('.value').textContent = probabilities ? percent(value) : '–';
    item.classList.toggle('first', probabilities !== null && index === predicted);
  });
}

function newBar(bars) {
  const item = document.createElement('li');
  const [name, track, fill, value] = ['bdi', 'span', 'span', 'span'].map(tag => document.createElement(tag));
  track.className = 'track';
  fill.className = 'fill';
  value.className = 'value';
  track.append(fill);
  item.append(name, track, value);
  bars.append(item);
  return item;
}

function showTable(predictions) {
  const cells = (prediction, index) => [index + 1, prediction.class, percent(prediction.probability)];
  showRows(['row', 'class', 'probability'], predictions.map(cells));
}

function showRows(header, rows) {
  const table = document.createElement('table');
  const row = (tag, cells) => {
    const line = table.insertRow();
    cells.forEach(text => line.appendChild(document.createElement(tag)).append(text));
  };
  table.classList.toggle('numbers', model.targets.length > 0);
  row('th', header);
  rows.forEach(cells => row('td', cells));
  element('table').replaceChildren(table);
}

/* Drawing: strokes are kept as points, so that the last one can be undone and the colours can change. */

const strokes = [];
let current = null;
let dropped = null;

// As wide as the strokes of MNIST, or one and a half pixels of a coarser network, if the drawing fills most of the page.
const strokeWidth = () => Math.max(24, 1.5 * 0.75 * SIDE / model.image.height);

function trace(context, scale) {
  context.lineCap = context.lineJoin = 'round';
  context.lineWidth = strokeWidth() * scale;
  for (const stroke of strokes) {
    context.beginPath();
    const at = index => stroke[index].map(value => value * SIDE * scale);
    context.moveTo(...at(0));
    for (let index = 1; index < stroke.length - 1; index++) {
      const [x, y] = at(index);
      const [nextX, nextY] = at(index + 1);
      context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    context.lineTo(...at(stroke.length - 1));
    context.stroke();
  }
}

function paint() {
  const pad = element('pad');
  const context = pad.getContext('2d');
  context.clearRect(0, 0, pad.width, pad.height);
  if (dropped) {
    const scale = Math.min(pad.width / dropped.picture.width, pad.height / dropped.picture.height);
    const [width, height] = [dropped.picture.width * scale, dropped.picture.height * scale];
    context.imageSmoothingEnabled = scale < 1;
    context.drawImage(dropped.picture, (pad.width - width) / 2, (pad.height - height) / 2, width, height);
  } else {
    context.strokeStyle = getComputedStyle(pad).getPropertyValue('--ink');
    trace(context, pad.width / SIDE);
  }
  element('pad-hint').hidden = Boolean(dropped || strokes.length);
  element('undo').disabled = !strokes.length;
  element('clear').disabled = !strokes.length && !dropped;
}

function drawing() {
  const page = document.createElement('canvas');
  page.width = page.height = SIDE;
  const context = page.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = '#000';
  trace(context, 1);
  return new Promise(resolve => page.toBlob(resolve, 'image/png'));
}

function update() {
  paint();
  if (!dropped && !strokes.length) {
    queue.next = null;
    queue.cleared += 1;
    showNothing();
    return;
  }
  const center = model.centers && element('center').checked;
  const path = `predict?center=${center}&invert=${element('invert').value}`;
  if (dropped) predict(path, dropped.kind, async () => dropped.file);
  else predict(path, 'image/png', drawing);
}

function clear() {
  strokes.length = 0;
  current = dropped = null;
  update();
}

function undo() {
  strokes.pop();
  current = null;
  update();
}

function position(event) {
  const box = element('pad').getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}

function startStroke(event) {
  if (event.button > 0 || current) return;
  event.preventDefault();
  element('pad').setPointerCapture(event.pointerId);
  dropped = null;
  current = { pointer: event.pointerId, points: [position(event)] };
  strokes.push(current.points);
  update();
}

function extendStroke(event) {
  if (!current || current.pointer !== event.pointerId) return;
  const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  for (const each of events.length ? events : [event]) current.points.push(position(each));
  update();
}

function endStroke(event) {
  if (current && current.pointer === event.pointerId) current = null;
}

async function take(file) {
  if (!file) return;
  strokes.length = 0;
  current = null;
  const kind = file.type.startsWith('image/') ? file.type : 'image/x-portable-anymap';
  // The server may read formats that the browser cannot show.
  const picture = await createImageBitmap(file).catch(() => new ImageData(1, 1));
  dropped = { file, kind, picture: picture instanceof ImageData ? await createImageBitmap(picture) : picture };
  update();
}

function prepareDrawing() {
  const pad = element('pad');
  const area = pad.parentElement;
  element('drawing').hidden = false;
  element('center-option').hidden = !model.centers;
  if (model.centers) {
    pad.addEventListener('pointerdown', startStroke);
    pad.addEventListener('pointermove', extendStroke);
    for (const name of ['pointerup', 'pointercancel']) pad.addEventListener(name, endStroke);
    const areDigits = model.classes.length > 0 && model.classes.every(name => /^\d$/.test(name));
    element('drawing-title').textContent = areDigits ? 'Draw a digit' : 'Draw';
  } else {
    area.classList.add('still');
    element('undo').hidden = true;
    element('drawing-title').textContent = 'Choose an image';
    element('pad-hint').textContent = 'Drop an image here';
    pad.setAttribute('aria-label', 'The chosen image');
  }
  element('undo').addEventListener('click', undo);
  element('clear').addEventListener('click', clear);
  element('center').addEventListener('change', update);
  element('invert').addEventListener('change', update);
  element('file').addEventListener('change', event => {
    take(event.target.files[0]);
    event.target.value = '';
  });
  for (const name of ['dragenter', 'dragover']) {
    document.addEventListener(name, event => {
      event.preventDefault();
      area.classList.add('over');
    });
  }
  document.addEventListener('dragleave', event => {
    if (!event.relatedTarget) area.classList.remove('over');
  });
  document.addEventListener('drop', event => {
    event.preventDefault();
    area.classList.remove('over');
    take(event.dataTransfer.files[0]);
  });
  document.addEventListener('paste', event => take(event.clipboardData.files[0]));
  document.addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'z' && strokes.length) {
      event.preventDefault();
      undo();
    } else if (event.key === 'Escape') {
      clear();
    }
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
  paint();
}

/* Rows of features, for models without images. */

function prepareTyping() {
  const rows = element('rows');
  element('typing').hidden = false;
  const zeros = Array(Math.min(model.features, 1000)).fill(0).join(', ');
  element('row-hint').textContent = model.example
    ? 'The columns of the table, separated by commas, as in this example; every line is a row. JSON also works: [{…}, …].'
    : `${model.features} numbers, separated by commas; every line is a row. JSON also works: [[…], …].`;
  rows.value = model.example ?? zeros;
  const sendText = () => {
    const text = rows.value.trim();
    if (!text) return showNothing();
    const isList = !model.record && text.startsWith('[');
    const body = isList ? `{"features": ${text.startsWith('[[') ? text : `[${text}]`}}` : text;
    return predict('predict', /^[[{]/.test(body) ? 'application/json' : 'text/csv', async () => body);
  };
  let waiting = null;
  // The button sends what was changed last.
  let send = sendText;
  const sendSoon = sender => () => {
    send = sender;
    clearTimeout(waiting);
    waiting = setTimeout(send, 250);
  };
  rows.addEventListener('input', sendSoon(sendText));
  element('send').addEventListener('click', () => send());
  const columns = Object.keys(model.record ?? {});
  const hasForm = columns.length > 0 && columns.length <= MAX_FIELDS;
  element('typed').open = !hasForm;
  element('typed').querySelector('summary').hidden = !hasForm;
  if (hasForm) {
    send = prepareFields(columns);
    element('fields').addEventListener('input', sendSoon(send));
  }
}

/* A field for each column; returns the function that sends them. An empty field is a missing value. */
function prepareFields(columns) {
  const form = element('fields');
  form.hidden = false;
  const fields = columns.map(column => {
    const [label, name, input] = ['label', 'bdi', 'input'].map(tag => document.createElement(tag));
    name.textContent = name.title = column;
    input.value = model.record[column] ?? '';
    if (typeof model.record[column] === 'number') input.inputMode = 'decimal';
    label.append(name, input);
    form.append(label);
    return input;
  });
  const record = () => Object.fromEntries(columns.map((column, index) => [column, fields[index].value.trim() || null]));
  const send = () => predict('predict', 'application/json', async () => JSON.stringify(record()));
  form.addEventListener('submit', event => {
    event.preventDefault();
    send();
  });
  suggestValues(columns, fields);
  return send;
}

/* Offers the values of columns that have a list of them. */
async function suggestValues(columns, fields) {
  const api = await (await fetch('openapi.json')).json();
  const body = api.paths['/predict'].post.requestBody.content['application/json'].schema;
  const record = body.anyOf.find(schema => schema.properties && !schema.properties.rows?.items) ?? {};
  columns.forEach((column, index) => {
    const values = record.properties?.[column]?.examples ?? [];
    if (!values.length) return;
    const list = document.createElement('datalist');
    list.id = `values-${index}`;
    list.append(...values.map(value => Object.assign(document.createElement('option'), { value })));
    element('fields').append(list);
    fields[index].setAttribute('list', list.id);
  });
}

/* Start-up. */

function describe() {
  const isRegression = model.targets.length > 0;
  const metrics = isRegression ? model.rmse : model.accuracy;
  const metric = metrics.test ?? metrics.valid;
  const selected = model.used_for_selection.length ? 'validation (used for selection)' : 'validation';
  const part = metrics.test === null ? selected : 'test';
  const image = model.image ? `images of ${model.image.width} × ${model.image.height}` : `rows of ${model.features} features`;
  const subject = isRegression ? `predicts ${model.targets.join(', ')}` : `in ${model.classes.length} classes`;
  const facts = [`${model.source}: ${image}${isRegression ? ', ' : ' '}${subject}`, model.members ? `${model.members} network${model.members === 1 ? '' : 's'}` : model.layers.join('-')];
  facts.push(`${model.parameters.toLocaleString('en')} parameters`);
  if (metric !== null) facts.push(isRegression ? `${part} RMSE ${digits(metric)}` : `${percent(metric)} ${part} accuracy`);
  element('name').textContent = model.name;
  element('facts').textContent = facts.join(' · ');
  document.title = `${model.name} – burn-mlp`;
  const call = model.image
    ? `curl --data-binary @image.png -H 'content-type: image/png' '${location.origin}/predict${model.centers ? '?center=true&invert=auto' : ''}'`
    : `curl -d '{"features": [[${Array(Math.min(model.features, 4)).fill(0).join(', ')}${model.features > 4 ? ', …' : ''}]]}' -H 'content-type: application/json' ${location.origin}/predict`;
  const record = JSON.stringify(model.record).replaceAll("'", "'\\''");
  const table = `curl -d '${record}' -H 'content-type: application/json' ${location.origin}/predict`;
  element('call').textContent = model.record ? table : call;
}

async function start() {
  const response = await fetch('model');
  model = await response.json();
  if (!response.ok) throw new Error(model.error);
  describe();
  showNothing();
  if (model.image) prepareDrawing();
  else prepareTyping();
}

start().catch(error => {
  element('problem').textContent = `the model cannot be loaded: ${error.message}`;
  element('problem').hidden = false;
});
