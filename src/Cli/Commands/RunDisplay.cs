using System.Globalization;
using Lineup.Training.Data;
using Lineup.Training.Runs;

namespace Lineup.Cli.Commands;

/// <summary>Shows how training goes, and what it came to.</summary>
internal static class RunDisplay
{
    /// <summary>Opens the pictures, and says which of them were left out.</summary>
    public static async Task<TrainingData> OpenAsync(DataOptions options, CancellationToken cancellationToken)
    {
        var data = await ProgressDisplay.ShowAsync<(int Done, int Total), TrainingData>(
            value => new("reading pictures", value.Done, value.Total),
            progress => Task.Run(() => TrainingData.Open(options, (done, total) => progress.Report((done, total)), cancellationToken), cancellationToken));
        foreach (var unknown in data.Unknown)
            await Console.Error.WriteLineAsync($"lineup: warning: {unknown.Pictures} pictures were left out: '{unknown.Folder}' is called like no class");
        foreach (var unreadable in data.Unreadable)
            await Console.Error.WriteLineAsync($"lineup: warning: {unreadable.Path} was left out: {unreadable.Reason}");
        return data;
    }

    public static Task<T> ShowAsync<T>(string name, Func<IProgress<TrainingProgress>, Task<T>> work) =>
        ProgressDisplay.ShowAsync<TrainingProgress, T>(value => Step(name, value), work);

    public static void Show(string name, EpochReport last) => Tables.Write(
        name,
        ["epochs", "loss", "training accuracy", "test top-1", "averaged", "pictures a second"],
        [[
            Text($"{last.Epoch}"), Text($"{last.Loss:0.0000}"), Text($"{100 * last.Accuracy:0.00} %"), Percent(last.TestTop1), Percent(last.AveragedTestTop1),
            Text($"{last.PicturesPerSecond:0}"),
        ]]);

    private static ProgressStep Step(string name, TrainingProgress value)
    {
        var accuracy = value.Accuracy is { } known ? Text($", accuracy {100 * known:0.0} %") : "";
        return new(
            Text($"{name} epoch {value.Epoch} of {value.Epochs}"), value.Step, value.Steps,
            Text($"loss {value.Loss:0.000}{accuracy}, {value.PicturesPerSecond:0} pictures/s, {value.Left:h\\:mm\\:ss} left"));
    }

    private static string Percent(double? share) => share is { } known ? Text($"{100 * known:0.00} %") : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
