/*
** Choosing points for the eye: see lttb.h.
*/
#include "engine/lttb.h"

#include <math.h>

#define OUTSIDE 0x1p20 /* where the largest finite value is about 1 */

/* Values are scaled by a power of 2, so that no area overflows, and times are counted from the first. */
typedef struct Plane {
  const LorePoint *points;
  int scale;
} Plane;

typedef struct Place {
  double x, y;
} Place;

static Plane planeOf(const LorePoint *points, size_t count){
  double largest = 0;
  int scale = 0;
  for(size_t i = 0; i < count; i++){
    double size = fabs(loreNumberReal(points[i].value));
    if( !isinf(size) && size > largest ) largest = size;
  }
  frexp(largest, &scale);
  return (Plane){ points, -scale };
}

static Place placeOf(const Plane *plane, size_t i){
  double value = loreNumberReal(plane->points[i].value);
  return (Place){ (double)(plane->points[i].ts - plane->points[0].ts),
                  isinf(value) ? copysign(OUTSIDE, value) : ldexp(value, plane->scale) };
}

static Place meanOf(const Plane *plane, size_t from, size_t until){
  Place sum = { 0, 0 };
  for(size_t i = from; i < until; i++){
    Place place = placeOf(plane, i);
    sum.x += place.x;
    sum.y += place.y;
  }
  return (Place){ sum.x/(double)(until - from), sum.y/(double)(until - from) };
}

/* Twice that of the triangle. */
static double areaOf(Place a, Place b, Place c){
  return fabs((a.x - c.x)*(b.y - a.y) - (a.x - b.x)*(c.y - a.y));
}

static size_t largestOf(const Plane *plane, size_t from, size_t until, Place before, Place after){
  size_t best = from;
  double most = -1;
  for(size_t i = from; i < until; i++){
    double area = areaOf(before, placeOf(plane, i), after);
    if( area > most ) most = area, best = i;
  }
  return best;
}

/* Where bucket i of the inner points begins. */
static size_t edge(size_t i, size_t count, size_t keep){
  return (size_t)((uint64_t)i*(count - 2)/(keep - 2)) + 1;
}

size_t loreLttbChoose(const LorePoint *points, size_t count, size_t keep, size_t *chosen){
  if( count <= keep ){
    for(size_t i = 0; i < count; i++) chosen[i] = i;
    return count;
  }
  Plane plane = planeOf(points, count);
  chosen[0] = 0;
  for(size_t i = 0; i < keep - 2; i++){
    size_t from = edge(i, count, keep), until = edge(i + 1, count, keep);
    size_t beyond = i + 3 < keep ? edge(i + 2, count, keep) : count;
    chosen[i + 1] = largestOf(&plane, from, until, placeOf(&plane, chosen[i]), meanOf(&plane, until, beyond));
  }
  chosen[keep - 1] = count - 1;
  return keep;
}
