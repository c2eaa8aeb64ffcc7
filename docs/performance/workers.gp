# Draws workers.svg: gnuplot workers.gp
reset session
set encoding utf8
set datafile separator ','
set terminal svg size 480,300 font 'Helvetica,6' fontscale 1.6667 linewidth 1.3333 background 'white'
set output 'workers.svg'
set border 3 lc rgb 'black' lw 0.5
set tics nomirror out scale 0.4
set grid x y lt 1 lc rgb '#B0808080' lw 0.4
set rmargin 3
set xlabel 'workers' offset 0,0.4
set ylabel 'trials a second' offset 1,0
set xrange [0.5:4.5]
set xtics 1
set yrange [0:*]
set key right bottom Left reverse samplen 2 spacing 1.4 width 2
plot 'workers.dat' using 1:3 with lines dt (5,3) lw 0.8 lc rgb '#7F7F7F' title 'one worker''s rate on each core', \
  '' using 1:2 with linespoints pt 7 ps 0.7 lw 1 lc rgb '#0072B2' title 'measured'
unset output
