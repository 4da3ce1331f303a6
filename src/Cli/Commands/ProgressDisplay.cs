using Spectre.Console;

namespace Lineup.Cli.Commands;

/// <summary>One step of long work: what it is, how much of it is done, and what there is to say of it now.</summary>
internal readonly record struct ProgressStep(string What, long Done, long Total, string? Detail = null)
{
    public string Caption => Detail is null ? What : $"{What}: {Detail}";
}

/// <summary>Shows long work on stderr: a bar with time left for each step on a terminal, a line for every fifth of it elsewhere.</summary>
internal static class ProgressDisplay
{
    public static async Task<TResult> ShowAsync<T, TResult>(Func<T, ProgressStep> step, Func<IProgress<T>, Task<TResult>> work)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
            return await work(new Lines<T>(step));

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(context => work(new Bar<T>(context, step)));
    }

    // A task a step, because time left of one says nothing about another.
    private sealed class Bar<T>(ProgressContext context, Func<T, ProgressStep> step) : IProgress<T>
    {
        private ProgressTask? _task;
        private string? _what;

        public void Report(T value)
        {
            var now = step(value);
            if (_what != now.What)
            {
                _task?.StopTask();
                _task = context.AddTask(Markup.Escape(now.What), maxValue: Math.Max(now.Total, 1)).HideWhenCompleted();
                _what = now.What;
            }

            if (now.Detail is not null)
                _task!.Description = Markup.Escape(now.Caption);
            _task!.Value = now.Done;
        }
    }

    private sealed class Lines<T>(Func<T, ProgressStep> step) : IProgress<T>
    {
        private const int Parts = 5;
        private string? _what;
        private long _part;

        public void Report(T value)
        {
            var now = step(value);
            var part = now.Done * Parts / Math.Max(now.Total, 1);
            if (_what == now.What && part == _part)
                return;
            (_what, _part) = (now.What, part);
            var share = now.Total > 1 ? $", {100 * now.Done / now.Total} %" : "";
            Console.Error.WriteLine($"{now.What}{share}{(now.Detail is null ? "" : $": {now.Detail}")}");
        }
    }
}
