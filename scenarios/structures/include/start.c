/* Where threads, processes and programs begin: what C cannot say, because it needs a stack.

   The stack pointer and the base of thread-local storage are globals, of which each instance, and so
   each thread, has its own. */
__asm__(R"(
	.globaltype	__stack_pointer, i32
	.globaltype	__tls_base, i32
	.globaltype	__tls_size, i32, immutable
	.globaltype	__tls_align, i32, immutable
	.functype	__wasm_call_ctors () -> ()
	.functype	__wasm_init_tls (i32) -> ()
	.functype	heddle_reserve (i32) -> (i32)
	.functype	heddle_run_thread (i32) -> ()
	.functype	heddle_end_thread (i32) -> ()
	.functype	heddle_run_main () -> (i32)
	.functype	heddle_end_main (i32) -> ()
	.functype	heddle_unwind () -> ()
	.tagtype	heddle_thread_exit

# For each instance, before anything else is called in it. The first one has the stack that the
# linker has made, the others get one for the process that will use them.
	.section	.text._initialize,"",@
	.globl	_initialize
	.type	_initialize,@function
_initialize:
	.functype	_initialize () -> ()
	.local	i32
	global.get	__tls_base
	if
	call	__wasm_call_ctors
	else
	i32.const	16384
	global.get	__tls_size
	i32.add
	call	heddle_reserve
	local.tee	0
	call	__wasm_init_tls
	local.get	0
	global.get	__tls_size
	i32.add
	i32.const	16384
	i32.add
	i32.const	-16
	i32.and
	global.set	__stack_pointer
	end_if
	end_function

# wasi-threads: the instance of a thread that pthread_create has made. The second argument is its
# descriptor, which begins with the top of its stack and the base of its thread-local storage.
	.section	.text.wasi_thread_start,"",@
	.globl	wasi_thread_start
	.type	wasi_thread_start,@function
wasi_thread_start:
	.functype	wasi_thread_start (i32, i32) -> ()
	local.get	1
	i32.load	0
	global.set	__stack_pointer
	local.get	1
	i32.load	4
	call	__wasm_init_tls
	block
	try_table	(catch_all 0)
	local.get	1
	call	heddle_run_thread
	end_try_table
	end_block
	local.get	1
	i32.load	0
	global.set	__stack_pointer
	local.get	1
	call	heddle_end_thread
	end_function

# main as a program: traps if main does not return 0.
	.section	.text._start,"",@
	.globl	_start
	.type	_start,@function
_start:
	.functype	_start () -> ()
	.local	i32
	block
	try_table	(catch_all 0)
	call	heddle_run_main
	local.set	0
	end_try_table
	end_block
	local.get	0
	call	heddle_end_main
	end_function

# Ends the thread, from however deep.
	.section	.text.heddle_unwind,"",@
	.globl	heddle_unwind
	.hidden	heddle_unwind
	.type	heddle_unwind,@function
heddle_unwind:
	.functype	heddle_unwind () -> ()
	throw	heddle_thread_exit
	unreachable
	end_function

	.globl	heddle_thread_exit
	.hidden	heddle_thread_exit
heddle_thread_exit:
)");
