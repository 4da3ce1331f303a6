using System.CommandLine;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Packing;

namespace Lineup.Cli.Commands;

/// <summary><c>lineup unpack FILE --output FILE</c>: the reverse of <c>pack</c>.</summary>
internal sealed class UnpackCommand
{
    // No model of use here is larger; a file that claims to be is not worth filling the disk for.
    private const long MaxBytes = 16L << 30;

    private readonly Argument<string> _file = new("file") { Description = "A packed file." };

    private readonly Option<string?> _output = new("--output")
    {
        Description = $"The file to write. Default: the packed file's name without {ModelPacker.Extension}.",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var unpack = new UnpackCommand();
        var command = new Command("unpack", "Unpack a packed file, and verify it.") { unpack._file, unpack._output };
        command.SetAction(unpack.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_file)!;
        var output = parsed.GetValue(_output) ?? (file.EndsWith(ModelPacker.Extension, StringComparison.Ordinal) ? file[..^ModelPacker.Extension.Length] : null);
        if (output is null)
        {
            await Console.Error.WriteLineAsync($"lineup: {file} does not end in {ModelPacker.Extension}: say with --output where to unpack it to");
            return ExitCode.Usage;
        }

        try
        {
            var total = Math.Max(1, new FileInfo(file).Length);
            var header = await ProgressDisplay.ShowAsync<long, PackedHeader>(
                read => new($"unpacking {Path.GetFileName(file)}", (int)(read * 1000 / total), 1000),
                progress => PackedFiles.UnpackAsync(file, output, MaxBytes, progress.Report, cancellationToken));
            await Console.Out.WriteLineAsync($"{output}: {ByteSize.Format(header.Bytes)}, sha256 {header.Sha256}");
            return ExitCode.Ok;
        }
        catch (PackedFileException error)
        {
            await Console.Error.WriteLineAsync($"lineup: {file} cannot be unpacked: {error.Message}; fetch or pack it again");
            return ExitCode.Failed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"lineup: {file} cannot be unpacked: {error.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
        }
    }
}
