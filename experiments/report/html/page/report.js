// Makes every table of class "data" sortable, filterable and paged. Its rows
// are those in the page, or all of those in the JSON beside it: one list for
// each column, strings that repeat by their number in "names".
(function () {
  'use strict';
  var PAGE = 100;

  function rowsOf(table) {
    var data = document.getElementById(table.id + '-data');
    if (!data) {
      return Array.from(table.tBodies[0].rows).map(function (row) {
        return Array.from(row.cells).map(function (cell) { return cell.textContent; });
      });
    }
    var columns = JSON.parse(data.textContent).map(function (column) {
      return column.names ? column.of.map(function (i) { return column.names[i]; }) : column;
    });
    return columns[0].map(function (_, i) {
      return columns.map(function (column) { return column[i] === null ? '' : String(column[i]); });
    });
  }

  function make(tag, properties) { return Object.assign(document.createElement(tag), properties); }

  function enhance(table) {
    var rows = rowsOf(table);
    var heading = Number(table.dataset.heading);
    var heads = Array.from(table.tHead.rows[0].cells);
    var shown = rows;
    var first = 0;

    function render() {
      var body = document.createElement('tbody');
      shown.slice(first, first + PAGE).forEach(function (row) {
        var line = body.insertRow();
        row.forEach(function (text, c) {
          var cell = c === heading ? line.appendChild(make('th', { scope: 'row' })) : line.insertCell();
          cell.textContent = text;
          if (heads[c].className) { cell.className = heads[c].className; }
        });
      });
      table.replaceChild(body, table.tBodies[0]);
      var last = Math.min(first + PAGE, shown.length);
      count.textContent = shown.length === 0 ? 'no rows' :
        (first + 1) + '–' + last + ' of ' + shown.length + (shown.length < rows.length ? ' (of ' + rows.length + ')' : '');
      previous.disabled = first === 0;
      next.disabled = last >= shown.length;
    }

    function filter() {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      shown = rows.filter(function (row) {
        var text = row.join('\n').toLowerCase();
        return words.every(function (word) { return text.includes(word); });
      });
      first = 0;
      render();
    }

    function sort(c, button) {
      var head = heads[c];
      var down = head.getAttribute('aria-sort') === 'ascending';
      heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      var sign = down ? -1 : 1;
      var numbers = head.classList.contains('number');
      rows.sort(function (a, b) {
        if (!numbers) { return sign * a[c].localeCompare(b[c], 'en', { numeric: true }); }
        var x = parseFloat(a[c].replace('\u2212', '-')), y = parseFloat(b[c].replace('\u2212', '-'));
        // Texts without a number come last either way.
        if (isNaN(x) || isNaN(y)) { return isNaN(x) - isNaN(y); }
        return sign * (x - y);
      });
      filter();
      button.focus();
    }

    var controls = make('div', { className: 'controls' });
    var label = make('label', { textContent: 'Filter ' });
    var input = make('input', { type: 'search', placeholder: 'words, such as lr=0.1 diverged' });
    var count = make('span', {});
    count.setAttribute('aria-live', 'polite');
    var previous = make('button', { type: 'button', textContent: 'Previous' });
    var next = make('button', { type: 'button', textContent: 'Next' });
    label.appendChild(input);
    [label, count].forEach(function (part) { controls.appendChild(part); });
    if (rows.length > PAGE) { controls.appendChild(previous); controls.appendChild(next); }
    input.addEventListener('input', filter);
    previous.addEventListener('click', function () { first = Math.max(0, first - PAGE); render(); });
    next.addEventListener('click', function () { first += PAGE; render(); });
    heads.forEach(function (head, c) {
      var button = make('button', { type: 'button' });
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener('click', function () { sort(c, button); });
    });
    table.parentNode.parentNode.insertBefore(controls, table.parentNode);
    document.querySelectorAll('[data-without-script="' + table.id + '"]').forEach(function (part) { part.remove(); });
    render();
  }

  document.querySelectorAll('table.data').forEach(enhance);

  // A page that reloads keeps its parts as they were opened.
  var parts = Array.from(document.querySelectorAll('details'));
  var key = 'open ' + location.pathname;
  try {
    (JSON.parse(sessionStorage.getItem(key)) || []).forEach(function (i) {
      if (parts[i]) { parts[i].open = true; }
    });
    parts.forEach(function (part) {
      part.addEventListener('toggle', function () {
        sessionStorage.setItem(key, JSON.stringify(
          parts.map(function (_, i) { return i; }).filter(function (i) { return parts[i].open; })));
      });
    });
  } catch (error) { /* No storage: they fold. */ }
})();
