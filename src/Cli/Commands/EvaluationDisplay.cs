using Lineup.Compression.Evaluation;
using Spectre.Console;

namespace Lineup.Cli.Commands;

/// <summary>Shows an evaluation on stderr: a bar with time left on a terminal, a line for every tenth elsewhere.</summary>
internal static class EvaluationDisplay
{
    public static async Task<EvaluationReport> ShowAsync(
        string model, Func<IProgress<EvaluationProgress>, Task<EvaluationReport>> evaluate)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
            return await evaluate(new Lines(model));

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(context => evaluate(new Bar(context, model)));
    }

    private static string Verb(EvaluationStage stage) => stage switch
    {
        EvaluationStage.Measuring => "measuring files",
        EvaluationStage.Loading => "loading",
        _ => "evaluating",
    };

    // A task a stage, because time left of one stage says nothing about another.
    private sealed class Bar(ProgressContext context, string model) : IProgress<EvaluationProgress>
    {
        private ProgressTask? _task;
        private EvaluationStage? _stage;

        public void Report(EvaluationProgress value)
        {
            if (_stage != value.Stage)
            {
                _task?.StopTask();
                _task = context.AddTask($"{Markup.Escape(model)} {Verb(value.Stage)}", maxValue: value.Total).HideWhenCompleted();
                _stage = value.Stage;
            }

            _task!.Value = value.Done;
        }
    }

    private sealed class Lines(string model) : IProgress<EvaluationProgress>
    {
        private const int Steps = 10;
        private EvaluationStage? _stage;
        private long _step;

        public void Report(EvaluationProgress value)
        {
            var step = value.Done * Steps / Math.Max(value.Total, 1);
            if (_stage == value.Stage && (value.Stage != EvaluationStage.Evaluating || step == _step))
                return;

            (_stage, _step) = (value.Stage, step);
            var amount = value.Stage == EvaluationStage.Evaluating ? $" {value.Done} of {value.Total} pictures" : "";
            Console.Error.WriteLine($"{model}: {Verb(value.Stage)}{amount}");
        }
    }
}
