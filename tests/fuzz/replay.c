/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - runs a fuzz target over the files of its corpus, without libFuzzer.
 *
 * Each input is an exact-size heap copy, so that a sanitizer sees the first
 * byte read past its end.  A target without any input fails: a replay that
 * replays nothing shows nothing.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX (64u << 20)

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long size;

	if (!file)
		return -1;
	if (fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 ||
	    (unsigned long)size > INPUT_MAX || fseek(file, 0, SEEK_SET) != 0) {
		fclose(file);
		return -1;
	}
	data = malloc(size > 0 ? (size_t)size : 1);
	if (!data || fread(data, 1, (size_t)size, file) != (size_t)size) {
		free(data);
		fclose(file);
		return -1;
	}
	fclose(file);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 0;
}

static int run_folder(const char *path)
{
	struct dirent **names;
	int i, n = scandir(path, &names, NULL, alphasort), done = 0;
	char file[4096];

	for (i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.') {
			printf("%s\n", names[i]->d_name);
			fflush(stdout);
			done += run_file(file) == 0;
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return done;
}

int main(int argc, char **argv)
{
	int done = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	done = run_folder(argv[1]);
	printf("%d inputs\n", done);
	return done > 0 ? 0 : 1;
}
