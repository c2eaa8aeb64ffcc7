# Draws size.svg: gnuplot size.gp
reset session
set encoding utf8
set datafile separator ','
set terminal svg size 480,300 font 'Helvetica,6' fontscale 1.6667 linewidth 1.3333 background 'white'
set output 'size.svg'
set border 3 lc rgb 'black' lw 0.5
set tics nomirror out scale 0.4
set grid x y lt 1 lc rgb '#B0808080' lw 0.4
set logscale xy
set format x '10^{%L}'
set format y '10^{%L}'
set lmargin 10
set rmargin 3
set xlabel 'trials of the study' offset 0,0.4
set ylabel 'seconds' offset 0.5,0
set xrange [80:*]
set key right bottom Left reverse samplen 2 spacing 1.2 width 2
set datafile missing ''
# What a cost in proportion to the number of trials would be.
line(x) = x * 1e-5
plot 'size.dat' using 1:5 with linespoints pt 7 ps 0.7 lw 1 lc rgb '#0072B2' title 'report', \
  '' using 1:4 with linespoints pt 5 ps 0.6 lw 1 lc rgb '#D55E00' title 'read records', \
  '' using 1:2 with linespoints pt 9 ps 0.7 lw 1 lc rgb '#009E73' title 'expand the plan', \
  '' using 1:3 with linespoints pt 13 ps 0.7 lw 1 lc rgb '#CC79A7' title 'print the plan', \
  line(x) with lines dt (5,3) lw 0.8 lc rgb '#7F7F7F' title '10 µs a trial'
unset output
