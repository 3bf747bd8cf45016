// log I and log K of the points in a file by the libraries of C and C++ that are here: what
// `bessel.py` runs beside ours.
//
//     bessel POINTS COUNT
//
// POINTS: n orders and then n arguments, doubles; the first COUNT of each are taken. A line for each
// library: its name, ns a point for both functions, how many of the 2 COUNT values are finite.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>
#if __has_include(<boost/math/special_functions/bessel.hpp>)
#include <boost/math/special_functions/bessel.hpp>
#include <boost/version.hpp>
#define WITH_BOOST
#endif
#if __has_include(<gsl/gsl_sf_bessel.h>)
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_bessel.h>
#include <gsl/gsl_version.h>
#define WITH_GSL
#endif

static std::vector<double> v, x;

template <class I, class K>
static void run(const char *name, I i, K k) {
    size_t finite = 0;
    auto start = std::chrono::steady_clock::now();
    for (size_t at = 0; at < v.size(); at++) {
        for (int which = 0; which < 2; which++) {
            double value;
            try {
                value = which ? k(v[at], x[at]) : i(v[at], x[at]);
            } catch (...) {
                value = NAN;
            }
            finite += std::isfinite(value);
        }
    }
    std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - start;
    std::printf("%s,%.1f,%zu\n", name, time.count() / v.size(), finite);
}

int main(int, char **arguments) {
    std::FILE *file = std::fopen(arguments[1], "rb");
    if (!file) return 2;
    std::fseek(file, 0, SEEK_END);
    size_t all = std::ftell(file) / 16, count = std::atol(arguments[2]);
    v.resize(count), x.resize(count);
    std::rewind(file);
    if (std::fread(v.data(), 8, count, file) != count) return 2;
    std::fseek(file, 8 * all, SEEK_SET);
    if (std::fread(x.data(), 8, count, file) != count) return 2;
#ifdef WITH_BOOST
    namespace m = boost::math;
    run("Boost " BOOST_LIB_VERSION, [](double v, double x) { return std::log(m::cyl_bessel_i(v, x)); },
        [](double v, double x) { return std::log(m::cyl_bessel_k(v, x)); });
#endif
#ifdef __cpp_lib_math_special_functions
    run("libstdc++", [](double v, double x) { return std::log(std::cyl_bessel_i(v, x)); },
        [](double v, double x) { return std::log(std::cyl_bessel_k(v, x)); });
#endif
#ifdef WITH_GSL
    gsl_set_error_handler_off();
    run("GSL " GSL_VERSION,
        [](double v, double x) {
            gsl_sf_result r;
            return gsl_sf_bessel_Inu_scaled_e(v, x, &r) ? NAN : std::log(r.val) + x;
        },
        [](double v, double x) {
            gsl_sf_result r;
            return gsl_sf_bessel_lnKnu_e(v, x, &r) ? NAN : r.val;
        });
#endif
}
