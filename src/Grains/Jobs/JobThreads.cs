using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace Lineup.Grains.Jobs;

/// <summary>
/// The threads that jobs work on: few, and below the priority of the lanes, so that serving takes the cores whenever it has work and a job
/// gets what is left. A scheduler of its own, since pool threads are shared with serving and, on Linux, a thread that has once lowered its
/// priority cannot raise it again. Blocking on it from its own threads is safe: a task that is waited for there is run there.
/// </summary>
internal sealed partial class JobThreads : TaskScheduler, IDisposable
{
    /// <summary>
    /// The nice value: a waking lane displaces a job at once and gets nine parts of a contested core in ten (sched(7): a factor of 1.25
    /// a step), while a job still moves under load that never ends.
    /// </summary>
    private const int Niceness = 10;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Lazy<Thread[]> _threads;

    [ThreadStatic]
    private static JobThreads? _owner;

    public JobThreads(IOptions<JobOptions> options)
    {
        MaximumConcurrencyLevel = options.Value.ActualThreads;

        // A silo that never has a job has no threads for them.
        _threads = new(() => [.. Enumerable.Range(0, MaximumConcurrencyLevel).Select(Begin)]);
    }

    public override int MaximumConcurrencyLevel { get; }

    public Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    public void Dispose()
    {
        _tasks.CompleteAdding();
        if (!_threads.IsValueCreated)
            _tasks.Dispose();
    }

    protected override void QueueTask(Task task)
    {
        _ = _threads.Value;
        _tasks.Add(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => _owner == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _tasks;

    private Thread Begin(int index)
    {
        var thread = new Thread(Work) { Name = $"lineup job {index}", IsBackground = true, Priority = ThreadPriority.BelowNormal };
        thread.Start();
        return thread;
    }

    private void Work()
    {
        _owner = this;

        // .NET's own priority means nothing on Linux. There a process of 0 is the calling thread alone; elsewhere it is all of us.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(0, 0, Niceness);
        foreach (var task in _tasks.GetConsumingEnumerable())
            TryExecuteTask(task);
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, uint who, int value);
}
