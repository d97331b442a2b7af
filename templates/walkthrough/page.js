'use strict';

// Steps through the iterations, and says where a number comes from.
(() => {
  const section = document.getElementById('iteration');
  const explained = JSON.parse(document.getElementById('explanations').textContent);
  const panel = document.getElementById('explanation');

  const iterationOf = element => {
    const owner = element.closest('[data-iteration]');
    return owner ? Number(owner.dataset.iteration) : 1;
  };
  const element = (name, text, className) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  // Where a number comes from

  const placeOf = cell => [cell.closest('tr').sectionRowIndex, cell.cellIndex - 1];
  const cellsOf = (grid, row, column) => {
    const rows = [...grid.querySelectorAll('tbody tr')];
    const picked = row === null ? rows : rows.slice(row, row + 1);
    return picked.flatMap(tr => {
      const cells = [...tr.querySelectorAll('td')];
      return column === null ? cells : cells.slice(column, column + 1);
    });
  };
  const unmark = () => {
    document.querySelectorAll('td.source, td.chosen').forEach(cell => cell.classList.remove('source', 'chosen'));
    document.querySelectorAll('.grid.has-source').forEach(grid => grid.classList.remove('has-source'));
  };
  const reveal = cell => {
    const box = cell.closest('.scroll');
    const [outer, inner] = [box.getBoundingClientRect(), cell.getBoundingClientRect()];
    if (inner.bottom > outer.bottom || inner.top < outer.top) box.scrollTop += inner.top - outer.top - outer.height / 2;
    if (inner.right > outer.right || inner.left < outer.left) box.scrollLeft += inner.left - outer.left - outer.width / 2;
  };
  const markSources = (cell, quantity, [row, column]) => {
    const step = cell.closest('.step');
    if (!step || cell.closest('.operands')) return;
    const pick = { all: null, row, column };
    for (const operand of quantity.operands) {
      const name = CSS.escape(operand.quantity);
      for (const grid of step.querySelectorAll(`.operands .grid[data-name="${name}"]`)) {
        const cells = cellsOf(grid, pick[operand.rows], pick[operand.columns]);
        cells.forEach(source => source.classList.add('source'));
        grid.classList.add('has-source');
        if (cells.length) reveal(cells[0]);
      }
    }
  };
  const explain = cell => {
    const grid = cell.closest('.grid');
    const quantity = (explained[iterationOf(cell) - 1] || {})[grid.dataset.name];
    const place = placeOf(cell);
    const entry = quantity && (quantity.entries[place[0]] || [])[place[1]];
    if (!entry) return;
    unmark();
    cell.classList.add('chosen');
    markSources(cell, quantity, place);
    const [equation, closedForm, burn, difference] = entry;
    const name = `${grid.dataset.name}[${place.join(', ')}]`;
    const title = element('p', '', 'equation-text');
    title.append(element('b', name), equation ? ` = ${equation}` : ' is where the iteration starts');
    const twice = element('p', '', 'twice');
    const both = equation ? [['slide', closedForm], ['Burn', burn], ['difference', difference]] : [['value', closedForm]];
    both.forEach(([label, value]) => twice.append(element('span', label), element('b', value)));
    panel.replaceChildren(title, twice);
    panel.hidden = false;
  };
  const cellOf = event => event.target instanceof Element && event.target.closest('.grid tbody td');
  document.addEventListener('pointerover', event => {
    const cell = cellOf(event);
    if (cell) explain(cell);
  });
  document.addEventListener('focusin', event => {
    const cell = cellOf(event);
    if (cell) explain(cell);
    else if (panel && !panel.contains(event.target)) {
      panel.hidden = true;
      unmark();
    }
  });
  document.addEventListener('click', event => {
    const cell = cellOf(event);
    if (cell) focusCell(cell);
  });

  // Each matrix is one stop of the Tab key; arrow keys move within.
  const focusCell = cell => {
    cell.closest('.grid').querySelectorAll('td[tabindex]').forEach(other => other.removeAttribute('tabindex'));
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
    reveal(cell);
  };
  document.querySelectorAll('.grid').forEach(grid => {
    const first = grid.querySelector('tbody td');
    if (first && panel) {
      first.tabIndex = 0;
      grid.querySelector('.scroll').removeAttribute('tabindex');
    }
  });
  const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const moveWithin = (event, cell) => {
    const [down, right] = moves[event.key];
    const [row, column] = placeOf(cell);
    const [next] = cellsOf(cell.closest('.grid'), row + down, column + right);
    if (row + down >= 0 && column + right >= 0 && next) focusCell(next);
    event.preventDefault();
  };

  // Steps

  if (!section || !panel) return;
  const steps = [...section.querySelectorAll('.step')];
  const groups = [...section.querySelectorAll('.group')];
  const [back, next, all, other] = ['back', 'next', 'all', 'other-iteration'].map(id => document.getElementById(id));
  const [position, timeline] = ['position', 'timeline'].map(id => document.getElementById(id));
  const order = new Map(steps.map((step, index) => [`${step.dataset.iteration}-${step.dataset.name}`, index]));
  let current = 0;
  let showsAll = false;

  const iterationSteps = iteration => steps.filter(step => Number(step.dataset.iteration) === iteration);
  const drawTimeline = iteration => {
    if (timeline.dataset.iteration === String(iteration)) return;
    timeline.dataset.iteration = iteration;
    timeline.replaceChildren(...iterationSteps(iteration).map(step => {
      const dot = element('button', '', `dot ${step.dataset.phase}`);
      dot.type = 'button';
      dot.tabIndex = -1;
      dot.title = step.dataset.name;
      dot.setAttribute('aria-label', step.dataset.name);
      dot.addEventListener('click', () => go(steps.indexOf(step)));
      return dot;
    }));
  };
  const drawDiagram = step => {
    for (const drawing of section.querySelectorAll('.diagram')) {
      drawing.hidden = drawing.dataset.iteration !== step.dataset.iteration;
      if (drawing.hidden) continue;
      for (const text of drawing.querySelectorAll('[data-step]')) {
        const computed = order.get(text.dataset.step);
        const isComputed = showsAll || computed === undefined || computed <= current;
        text.classList.toggle('computed', isComputed);
        if (text.classList.contains('value')) text.parentElement.classList.toggle('lit', isComputed);
        text.classList.toggle('now', computed === current && !showsAll);
      }
      const { layer, phase } = step.dataset;
      for (const edge of drawing.querySelectorAll('.edge')) {
        const active = !showsAll && layer !== undefined && edge.dataset.layer === layer;
        ['forward', 'backward', 'update'].forEach(name => edge.classList.toggle(name, active && phase === name));
      }
    }
  };
  const draw = () => {
    const step = steps[current];
    const iteration = Number(step.dataset.iteration);
    section.classList.toggle('stepping', !showsAll);
    steps.forEach(each => each.classList.toggle('current', each === step));
    groups.forEach(group => {
      group.classList.toggle('current', group.contains(step));
      group.classList.toggle('first', group.querySelector('.step') === step);
    });
    const own = iterationSteps(iteration);
    drawTimeline(iteration);
    [...timeline.children].forEach((dot, index) => dot.classList.toggle('current', own[index] === step && !showsAll));
    position.textContent = `Iteration ${iteration}, step ${own.indexOf(step) + 1} of ${own.length}: ${step.dataset.name}`;
    back.disabled = current === 0;
    next.disabled = current === steps.length - 1;
    all.setAttribute('aria-pressed', String(showsAll));
    all.textContent = showsAll ? 'One step' : 'All steps';
    if (other) other.textContent = `Iteration ${iteration === 1 ? 2 : 1}`;
    panel.hidden = true;
    unmark();
    drawDiagram(step);
  };
  const go = index => {
    current = Math.max(0, Math.min(steps.length - 1, index));
    showsAll = false;
    draw();
    // A long step may have ended above the window, or below the controls.
    const top = steps[current].closest('.group').getBoundingClientRect().top;
    if (top < 0 || top > window.innerHeight * 0.8) steps[current].closest('.group').scrollIntoView();
  };
  back.addEventListener('click', () => go(current - 1));
  next.addEventListener('click', () => go(current + 1));
  all.addEventListener('click', () => { showsAll = !showsAll; draw(); });
  if (other) {
    other.addEventListener('click', () => {
      const wanted = iterationOf(steps[current]) === 1 ? 2 : 1;
      const same = order.get(`${wanted}-${steps[current].dataset.name}`);
      go(same === undefined ? steps.findIndex(step => iterationOf(step) === wanted) : same);
    });
  }
  document.addEventListener('keydown', event => {
    if (!(event.key in moves) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const cell = cellOf(event);
    if (cell) return moveWithin(event, cell);
    const box = section.getBoundingClientRect();
    const inView = box.top < window.innerHeight && box.bottom > 0;
    if (!inView || event.target.closest('input, .scroll, pre') || moves[event.key][1] === 0) return;
    go(current + moves[event.key][1]);
    event.preventDefault();
  });
  const follow = () => {
    const wanted = location.hash.match(/^#slide-([2-6])$/);
    if (!wanted) return;
    const group = document.getElementById(`slide-${wanted[1]}`);
    const first = group && group.querySelector('.step');
    if (!first) return;
    go(steps.indexOf(first));
    section.scrollIntoView();
  };
  window.addEventListener('hashchange', follow);
  section.querySelector('.controls').hidden = false;
  if (steps.length) {
    draw();
    follow();
  }
})();
