/* Printing, a line of up to 256 bytes at a time; numbers without widths, no floating point. */
#ifndef HEDDLE_STDIO_H
#define HEDDLE_STDIO_H

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct heddle_file FILE;
#define stdin ((FILE*)0)
#define stdout ((FILE*)1)
#define stderr ((FILE*)2)
#define EOF (-1)

int printf(const char* format, ...);
int fprintf(FILE* file, const char* format, ...);
int vfprintf(FILE* file, const char* format, va_list arguments);
int puts(const char* text);
int putchar(int byte);
int fputs(const char* text, FILE* file);
int fflush(FILE* file);
void perror(const char* text);

#ifdef __cplusplus
}
#endif
#endif
