/* What is printed goes nowhere: executions are told by what they do. */
#ifndef HEDDLE_STDIO_H
#define HEDDLE_STDIO_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct heddle_file FILE;
#define stdin ((FILE*)0)
#define stdout ((FILE*)0)
#define stderr ((FILE*)0)
#define EOF (-1)

int printf(const char* format, ...);
int fprintf(FILE* file, const char* format, ...);
int puts(const char* text);
int putchar(int byte);
int fputs(const char* text, FILE* file);
int fflush(FILE* file);
void perror(const char* text);

#ifdef __cplusplus
}
#endif
#endif
