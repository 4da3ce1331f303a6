using Lineup.ModelRepository;
using Lineup.ModelRepository.Pulling;
using Spectre.Console;

namespace Lineup.Cli.Commands;

/// <summary>Shows a pull on stderr: a bar with speed and time left on a terminal, a line a step elsewhere.</summary>
internal static class PullDisplay
{
    public static async Task<PullResult> ShowAsync(string model, Func<IProgress<PullProgress>, Task<PullResult>> pull)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
            return await pull(new Lines(model));

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new DownloadedColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .StartAsync(context => pull(new Bar(console, context, model)));
    }

    private static string Verb(PullStage stage) => stage switch
    {
        PullStage.Connecting => "connecting",
        PullStage.Downloading => "downloading",
        PullStage.Verifying => "verifying",
        _ => "installing",
    };

    // A task a stage, because speed and time left of one stage say nothing about another.
    private sealed class Bar(IAnsiConsole console, ProgressContext context, string model) : IProgress<PullProgress>
    {
        private ProgressTask? _task;
        private PullStage? _stage;

        public void Report(PullProgress value)
        {
            if (value.Note is { } note)
                console.MarkupLineInterpolated($"[yellow]{model}: {note}[/]");
            if (_stage != value.Stage)
            {
                _task?.StopTask();
                _task = context.AddTask($"{Markup.Escape(model)} {Verb(value.Stage)}", maxValue: value.BytesTotal).HideWhenCompleted();
                _task.IsIndeterminate = value.Stage == PullStage.Connecting;
                _stage = value.Stage;
            }

            _task!.Value = value.BytesDone;
        }
    }

    private sealed class Lines(string model) : IProgress<PullProgress>
    {
        private const int Steps = 10;
        private PullStage? _stage;
        private long _step;

        public void Report(PullProgress value)
        {
            if (value.Note is { } note)
                Console.Error.WriteLine($"{model}: {note}");

            var step = value.BytesDone * Steps / value.BytesTotal;
            if (_stage == value.Stage && (value.Stage != PullStage.Downloading || step == _step))
                return;

            (_stage, _step) = (value.Stage, step);
            var amount = value.Stage == PullStage.Downloading
                ? $" {ByteSize.Format(value.BytesDone)} of {ByteSize.Format(value.BytesTotal)}"
                : "";
            Console.Error.WriteLine($"{model}: {Verb(value.Stage)}{amount}");
        }
    }
}
