/* Takums by libtakum (https://github.com/takum-arithmetic/libtakum, the C99 library of the format's
 * author): the golden data of tests/posits/libtakum.rs. What is `takum16` there is `takum-log16`
 * here, and `takum_linear16` is `takum16`.
 *
 *     cc -O2 tests/peers/takum_golden.c -ltakum -lm -o takum_golden
 *     ./takum_golden > tests/data/posits/libtakum.txt
 *
 * Codes of 8 bits are decoded only: the library rounds to them in two steps.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <takum.h>

/* FNV-1a of bytes, low ones first. */
static uint64_t hash;

static void begin(void) { hash = 0xcbf29ce484222325u; }

static void put(uint64_t word, int bytes)
{
	for (int i = 0; i < bytes; i++)
		hash = (hash ^ (word >> (8 * i) & 0xff)) * 0x100000001b3u;
}

static uint64_t word(double x)
{
	uint64_t bits;
	memcpy(&bits, &x, 8);
	return isnan(x) ? (uint64_t)0x7ff8 << 48 : bits;
}

/* Random words (SplitMix64's finalizer), and doubles of any sign and fraction in binades -260 to 259. */
static uint64_t mix(uint64_t i)
{
	uint64_t z = i + 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static double number(uint64_t i)
{
	uint64_t field = 1023 + mix(i + 1000000) % 520 - 260;
	uint64_t bits = (mix(i) & 0x800fffffffffffffu) | field << 52;
	double x;
	memcpy(&x, &bits, 8);
	return x;
}

/* Twice the natural logarithm of a magnitude, a multiple of 2^-27. */
static double logarithm(double x) { return ldexp(nearbyint(ldexp(2 * log(fabs(x)), 27)), -27); }

static double same(double x) { return x; }

#define DECODE(KIND, NAME, PREFIX, BITS, COUNT, STEP, OF)                                          \
	begin();                                                                                   \
	for (uint32_t i = 0; i < COUNT; i++) {                                                     \
		uint##BITS##_t code = (uint##BITS##_t)(i * STEP);                                  \
		double x = OF(PREFIX##BITS##_to_float64((int##BITS##_t)code));                     \
		put(word(x), 8);                                                                   \
		if (i % (COUNT / 16) == COUNT / 16 / 5)                                            \
			printf(KIND " " NAME #BITS " %x %016lx\n", (unsigned)code, word(x));       \
	}                                                                                          \
	printf(KIND "s " NAME #BITS " %016lx\n", hash);

#define ENCODE(NAME, PREFIX, BITS)                                                                 \
	begin();                                                                                   \
	for (uint32_t i = 0; i < 65536; i++) {                                                     \
		double x = number(i);                                                              \
		uint##BITS##_t code = (uint##BITS##_t)PREFIX##BITS##_from_float64(x);              \
		put(code, BITS / 8);                                                               \
		if (i % 4096 == 77)                                                                \
			printf("code " NAME #BITS " %016lx %x\n", word(x), (unsigned)code);        \
	}                                                                                          \
	printf("codes " NAME #BITS " %016lx\n", hash);

#define OPERATE(NAME, OF)                                                                          \
	begin();                                                                                   \
	for (uint32_t i = 0; i < 65536; i++) {                                                     \
		uint16_t b = (uint16_t)mix(i), code = (uint16_t)OF((int16_t)i, (int16_t)b);        \
		put(code, 2);                                                                      \
		if (i % 4096 == 77)                                                                \
			printf(NAME " takum-log16 %x %x %x\n", i, b, code);                        \
	}                                                                                          \
	printf(NAME "s takum-log16 %016lx\n", hash);

int main(void)
{
	printf("# value NAME CODE F64-WORD; logarithm NAME CODE F64-WORD (2 ln |value|)\n"
	       "# code NAME F64-WORD CODE; product, quotient NAME CODE CODE CODE\n"
	       "# in the plural FNV-1a-64 of all of them, 32-bit codes by steps of 65537\n");
	DECODE("value", "takum", takum_linear, 8, 256, 1, same)
	DECODE("value", "takum", takum_linear, 16, 65536, 1, same)
	DECODE("value", "takum", takum_linear, 32, 65536, 65537u, same)
	DECODE("logarithm", "takum-log", takum, 8, 256, 1, logarithm)
	DECODE("logarithm", "takum-log", takum, 16, 65536, 1, logarithm)
	DECODE("logarithm", "takum-log", takum, 32, 65536, 65537u, logarithm)
	ENCODE("takum", takum_linear, 16)
	ENCODE("takum", takum_linear, 32)
	ENCODE("takum-log", takum, 16)
	ENCODE("takum-log", takum, 32)
	OPERATE("product", takum16_multiplication)
	OPERATE("quotient", takum16_division)
	return 0;
}
