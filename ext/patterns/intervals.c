/*
** Intervals: see intervals.h.
**
** The quantiles need neither incomplete beta nor gamma function. With u = log(odds) or log(rate), counted from its peak,
** both densities become smooth, log-concave hills over the whole line; hill and tails are integrated by Gauss-Legendre
** panels, and within one panel Newton's method finds where the tail has its share. No term is ever larger than the
** count itself, so 1e12 tries cost no digits that the result shows.
*/
#include "patterns/intervals.h"

#include <math.h>

enum { MOST_PANELS = 400, HALF_POINTS = 5, MOST_STEPS = 60 };

/* Logarithm of the density, 0 at its peak u = 0. */
typedef struct Hill {
  double shape;    /* a of Beta(a, b), or of Gamma(a) */
  double total;    /* a + b; 0: it is a Gamma */
  double share;    /* a/(a + b), at most 1/2 */
} Hill;

typedef struct Panel {
  double from, to, area;
} Panel;

typedef struct Panels {
  int count;
  Panel panels[MOST_PANELS];
} Panels;

static double height(const Hill *hill, double u){
  double rise = expm1(u);
  double log_height = hill->total > 0 ? hill->shape*u - hill->total*log1p(hill->share*rise) : hill->shape*(u - rise);
  return log_height;
}

/* Ten points, exact for polynomials up to degree 19 (Abramowitz and Stegun, table 25.4). */
static double integrate(const Hill *hill, double from, double to){
  static const double kAt[HALF_POINTS] = { 0.1488743389816312108848260, 0.4333953941292471907992659,
    0.6794095682990244062343274, 0.8650633666889845107320967, 0.9739065285171717200779640 };
  static const double kWeight[HALF_POINTS] = { 0.2955242247147528701738930, 0.2692667193099963550912269,
    0.2190863625159820439955349, 0.1494513491505805931457764, 0.0666713443086881375935688 };
  double middle = (from + to)/2, half = (to - from)/2, sum = 0;
  for(int i = 0; i < HALF_POINTS; i++){
    sum += kWeight[i]*(exp(height(hill, middle - half*kAt[i])) + exp(height(hill, middle + half*kAt[i])));
  }
  return sum*half;
}

/* Panels from the peak outwards, to where the hill is no longer of any weight for a tail of this share; wider far out,
** where the logarithm is straight. direction: -1 or 1. Returns how many. */
static int layPanels(const Hill *hill, int direction, double tail, Panel *panels){
  double curvature = hill->total > 0 ? hill->shape*(1 - hill->share) : hill->shape;
  double step = 0.5*fmin(1/sqrt(curvature), 1), lowest = log(tail) - 40;
  int count = 0;
  double at = 0;
  do{
    double next = at + direction*fmax(step, 0.1*fabs(at));
    double from = fmin(at, next), to = fmax(at, next);
    panels[count++] = (Panel){ from, to, integrate(hill, from, to) };
    at = next;
  }while( count < MOST_PANELS/2 && height(hill, at) > lowest );
  return count;
}

static void lay(const Hill *hill, double tail, Panels *all){
  int left = layPanels(hill, -1, tail, all->panels);
  for(int i = 0; i < left/2; i++){
    Panel other = all->panels[i];
    all->panels[i] = all->panels[left - 1 - i];
    all->panels[left - 1 - i] = other;
  }
  all->count = left + layPanels(hill, 1, tail, all->panels + left);
}

/* Where the area between `start`, an end of the panel, and the result is `area`. */
static double solve(const Hill *hill, const Panel *panel, double start, double area){
  double low = panel->from, high = panel->to, u = (low + high)/2;
  for(int i = 0; i < MOST_STEPS; i++){
    double rest = integrate(hill, fmin(start, u), fmax(start, u)) - area;
    int is_high = start==panel->from ? rest > 0 : rest < 0;
    if( is_high ) high = u;
    else low = u;
    double next = u - (start==panel->from ? rest : -rest)/exp(height(hill, u));
    if( !(next > low && next < high) ) next = (low + high)/2;
    if( fabs(next - u) <= 1e-16*fabs(u) ) return next;
    u = next;
  }
  return u;
}

/* Where `tail` of all area lies on the left (direction -1) or on the right. */
static double tailEnd(const Hill *hill, const Panels *all, int direction, double tail){
  double whole = 0, outside = 0;
  for(int i = 0; i < all->count; i++) whole += all->panels[i].area;
  const Panel *panel = all->panels;
  for(int i = 0; i < all->count; i++){
    panel = &all->panels[direction < 0 ? i : all->count - 1 - i];
    if( outside + panel->area >= tail*whole || i==all->count - 1 ) break;
    outside += panel->area;
  }
  return solve(hill, panel, direction < 0 ? panel->from : panel->to, tail*whole - outside);
}

double wilsonLower(double successes, double n, double z){
  if( n==0 ) return 0;
  double share = successes/n, middle = share + z*z/(2*n);
  double reach = z*sqrt((share*(1 - share) + z*z/(4*n))/n);
  return successes==0 ? 0 : fmin(share, share*share/(middle + reach)); /* both ends' product by the upper: no cancelling */
}

static double shareOfOdds(double odds){
  return odds/(1 + odds);
}

/* At level 0 both ends are the median, and rounding must not swap them. */
static Interval ordered(double low, double expected, double high){
  return (Interval){ low, expected, fmax(low, high) };
}

Interval betaInterval(double successes, double n, double level){
  double yes = successes + 0.5, no = n - successes + 0.5, tail = (1 - level)/2;
  int mirrored = yes > no; /* the rarer outcome is the one to look at: its share keeps all digits */
  double a = mirrored ? no : yes, b = mirrored ? yes : no;
  Hill hill = { a, a + b, a/(a + b) };
  Panels all;
  lay(&hill, tail, &all);
  double low = shareOfOdds(a/b*exp(tailEnd(&hill, &all, -1, tail)));
  double high = shareOfOdds(a/b*exp(tailEnd(&hill, &all, 1, tail)));
  if( mirrored ) return ordered(1 - high, yes/(yes + no), 1 - low);
  return ordered(low, yes/(yes + no), high);
}

Interval rateInterval(double events, double seconds, double level){
  double shape = events + 0.5, tail = (1 - level)/2;
  Hill hill = { shape, 0, 0 };
  Panels all;
  lay(&hill, tail, &all);
  return ordered(shape*exp(tailEnd(&hill, &all, -1, tail))/seconds, shape/seconds,
                 shape*exp(tailEnd(&hill, &all, 1, tail))/seconds);
}
