/*
** How a page looks: one column, figures that line up, little colour, light and dark, on paper too.
*/
#include "report/page.h"

/* Its names of colours are those of charts, which are set on what holds them. */
const char kPageStyle[] =
  ":root{color-scheme:light dark}"
  "*{box-sizing:border-box}"
  "body.lore-chart{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif;"
  "font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%;overflow-wrap:break-word}"
  "main{max-width:752px;margin:0 auto;padding:40px 16px 64px}"
  "h1{font-size:2rem;line-height:1.2;letter-spacing:-.015em;margin:0 0 4px}"
  "h2{font-size:1.2rem;line-height:1.3;margin:0 0 4px}"
  "p{margin:0 0 12px}header p,.note,.more,.empty,footer{color:var(--soft)}.note,.more,footer{font-size:.9rem}"
  "nav{border-top:1px solid var(--rule);border-bottom:1px solid var(--rule);margin:20px 0 0;padding:10px 0;font-size:.9rem}"
  "nav ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px 20px}"
  "a{color:var(--mark);text-underline-offset:3px;text-decoration-thickness:1px}"
  "section{padding-top:40px}"
  ".scroll{overflow-x:auto;margin-top:8px}.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--mark);"
  "outline-offset:2px}"
  "table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.4}"
  "th,td{text-align:start;vertical-align:top;padding:7px 16px 7px 0;border-bottom:1px solid var(--rule);min-width:3.5em;max-width:26em}"
  "th:last-child,td:last-child{padding-right:0}thead th{color:var(--soft);font-weight:500;vertical-align:bottom}"
  "tbody th{font-weight:400}td.n,th.n{text-align:right;white-space:nowrap}time{white-space:nowrap}.none{color:var(--soft)}"
  "td svg{display:block}"
  ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:20px 24px;margin:12px 0 0}"
  ".figures div{border-top:2px solid var(--ink);padding-top:8px}.figures dt{font-size:.875rem}"
  ".figures dd{margin:0;font-size:.875rem;color:var(--soft)}.figures .figure{font-size:1.9rem;line-height:1.25;font-weight:600;"
  "letter-spacing:-.01em;color:var(--ink)}"
  "figure{margin:12px 0 0}figure svg{display:block;max-width:100%;height:auto}"
  ".narrow{display:none}@media(max-width:640px){.wide{display:none}.narrow{display:block}main{padding-top:24px}section{padding-top:32px}"
  "table{width:max-content;min-width:100%}td svg{width:96px;height:auto}th,td{padding-right:12px;max-width:17em}}"
  "details{margin-top:8px;font-size:.9rem}summary{color:var(--soft);cursor:pointer;padding:4px 0}"
  ".wrong{border-left:3px solid var(--ink);padding-left:12px}"
  "footer{margin-top:48px;border-top:1px solid var(--rule);padding-top:12px}"
  "@media print{main{max-width:none;padding:0}nav,details{display:none}.wide{display:block}.narrow{display:none}"
  "section{break-inside:avoid;padding-top:24px}.scroll{overflow:visible}body{font-size:11pt}}";
