using System.CommandLine;
using Lineup.Compression.Onnx;
using Lineup.Compression.Pictures;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Lineup.Training;
using Lineup.Training.Data;
using Lineup.Training.Runs;

namespace Lineup.Cli.Commands;

/// <summary>The options of every command that trains.</summary>
internal sealed class RunArguments
{
    private readonly Option<int?> _epochs = NumberOptions.Positive("--epochs", "Times that all pictures are gone through.");
    private readonly Option<string?> _output = new("--output")
    {
        Description = "Folder for checkpoint and metrics. Default: artifacts/training/NAME.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the checkpoint in the output folder, exactly as if there had been no stop." };
    private readonly Option<int?> _seconds = NumberOptions.Positive("--seconds-limit", "Stop with a checkpoint after so many seconds.");
    private readonly Option<int?> _limit = NumberOptions.Positive("--limit", "Most training pictures to take, the same ones every time, and a fifth as many to test on. Default: all.");
    private readonly Option<int?> _testEvery = NumberOptions.Positive("--test-every", "Epochs between two tests. Default: 1.");
    private readonly Option<int?> _threads = NumberOptions.Positive("--threads", "Threads of a step. Default: as many as there are cores.");

    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[_epochs, _output, _resume, _seconds, _limit, _testEvery, _threads])
            command.Options.Add(option);
    }

    public int? Epochs(ParseResult parsed) => parsed.GetValue(_epochs);

    /// <summary>Trains; what stands in the way of it is told in one line.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> train)
    {
        try
        {
            return await train();
        }
        catch (Exception error) when (error is TrainingException or PictureSetException or UnsupportedModelException or InvalidModelException)
        {
            await Console.Error.WriteLineAsync($"lineup: {error.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
        }
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="path">Where the pictures are.</param>
    /// <param name="input">How the model sees them.</param>
    /// <param name="labels">Its classes; null where they do not matter.</param>
    public DataOptions Data(ParseResult parsed, string path, InputSpecification input, IReadOnlyList<ClassLabel>? labels) =>
        new() { Path = path, Labels = labels, Input = input, Limit = parsed.GetValue(_limit) };

    /// <summary>How the run goes.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">Names the default folder.</param>
    /// <param name="force">Whether a run that could go on may be begun anew.</param>
    /// <exception cref="TrainingException">There is a checkpoint, and nothing says what to do with it.</exception>
    public RecipeRunOptions Options(ParseResult parsed, string name, bool force)
    {
        var folder = parsed.GetValue(_output) ?? Path.Combine("artifacts", "training", name);
        var resume = parsed.GetValue(_resume);
        if (!resume && !force && RecipeRun.HasCheckpoint(folder))
            throw new TrainingException($"{folder} holds the checkpoint of a run: go on with --resume, begin anew with --force, or name another folder with --output");
        return new()
        {
            Folder = folder,
            Resume = resume,
            TimeLimit = parsed.GetValue(_seconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            TestEvery = parsed.GetValue(_testEvery) ?? 1,
            Threads = parsed.GetValue(_threads) ?? Environment.ProcessorCount,
        };
    }
}
