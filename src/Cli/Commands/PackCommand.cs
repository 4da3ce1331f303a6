using System.CommandLine;
using System.Globalization;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Packing;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Lineup.Cli.Commands;

/// <summary><c>lineup pack MODEL/VARIANT --output FILE</c>: makes a small file for transport of a variant.</summary>
internal sealed class PackCommand
{
    private readonly RepositoryArguments _repository = new();
    private readonly Argument<string> _variant = new("variant") { Description = "A variant in the repository: MODEL/VARIANT.", HelpName = "MODEL/VARIANT" };

    private readonly Option<string?> _output = new("--output")
    {
        Description = $"The packed file. Default: MODEL-VARIANT.onnx{ModelPacker.Extension} in the current folder.",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var pack = new PackCommand();
        var command = new Command("pack", "Pack a variant's file for transport, without loss; a catalog may offer it under \"packed\".") { pack._variant, pack._output };
        pack._repository.AddRepositoryTo(command);
        command.SetAction(pack.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var services = _repository.CreateServices(parsed);
        var name = parsed.GetValue(_variant)!;
        var parts = name.Split('/');
        if (parts is not [var model, var variant])
        {
            await Console.Error.WriteLineAsync($"lineup: '{name}' is no variant: name one as MODEL/VARIANT, such as mobilenetv2/int8");
            return ExitCode.Usage;
        }

        var lookup = services.GetRequiredService<ModelStore>().Find(model, variant);
        if (!lookup.IsFound)
        {
            await Console.Error.WriteLineAsync($"lineup: {lookup.Reason}");
            return ExitCode.Failed;
        }

        var entry = lookup.Variant;
        var output = parsed.GetValue(_output) ?? $"{model}-{variant}.onnx{ModelPacker.Extension}";
        try
        {
            var (bytes, sha256) = await ProgressDisplay.ShowAsync<long, (long, string)>(
                done => new($"packing {name}", (int)(done >> 10), (int)(entry.FileBytes >> 10)),
                progress => PackedFiles.PackAsync(entry.FilePath, output, progress.Report, cancellationToken));
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{output}: {ByteSize.Format(bytes)}, {100d * bytes / entry.FileBytes:0.0} % of {ByteSize.Format(entry.FileBytes)}"));
            await Console.Out.WriteLineAsync($"\"packed\": {{ \"url\": \"{Path.GetFileName(output)}\", \"sha256\": \"{sha256}\", \"bytes\": {bytes} }}");
            return ExitCode.Ok;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"lineup: {name} cannot be packed into {output}: {error.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
        }
    }
}
