using System.CommandLine;
using System.Globalization;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Lineup.Cli.Commands;

/// <summary><c>lineup list</c>: what is in the repository, what is wrong there, and what the catalog offers.</summary>
internal sealed class ListCommand
{
    private readonly RepositoryArguments _repository = new();

    public static Command Create()
    {
        var list = new ListCommand();
        var command = new Command("list", "Show the models in the repository and in the catalog.");
        list._repository.AddTo(command);
        command.SetAction(list.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var services = _repository.CreateServices(parsed);
        var store = services.GetRequiredService<ModelStore>();
        var snapshot = store.Scan();
        var loaded = await RepositoryArguments.LoadCatalogAsync(services, cancellationToken);

        Tables.Write(
            $"Repository {store.Root}",
            ["model", "variant", "precision", "size", "deflated", "packed"],
            [.. snapshot.Models.SelectMany(model => model.Variants).Select(Row)]);
        foreach (var problem in snapshot.Problems)
            await Console.Error.WriteLineAsync($"lineup: {problem.Folder}: {problem.Reason}");
        if (!loaded.Succeeded)
        {
            await Console.Error.WriteLineAsync($"lineup: {loaded.Message}");
            return ExitCode.Failed;
        }

        var present = snapshot.Models.Select(model => model.Manifest.Name).ToHashSet();
        Tables.Write(
            $"Catalog {loaded.Catalog.Location!.AbsoluteUri}",
            ["model", "size", "top-1 %", "top-5 %", "licence", "here", "address"],
            [.. loaded.Catalog.Models.Select(entry => Row(entry, present))]);
        return ExitCode.Ok;
    }

    private static string[] Row(VariantEntry entry) =>
    [
        entry.Model.Name,
        entry.Manifest.Name,
        entry.Manifest.Precision ?? "",
        ByteSize.Format(entry.FileBytes),
        entry.Manifest.CompressedBytes is { } compressed ? ByteSize.Format(compressed) : "",
        entry.Manifest.PackedBytes is { } packed ? ByteSize.Format(packed) : "",
    ];

    private static string[] Row(CatalogEntry entry, HashSet<string> present) =>
    [
        entry.Name,
        ByteSize.Format(entry.Bytes),
        Percent(entry.Published?.Top1),
        Percent(entry.Published?.Top5),
        entry.License ?? "",
        present.Contains(entry.Name) ? "yes" : "no",
        entry.UrlStatus switch { UrlStatus.Confirmed => "confirmed", UrlStatus.Unconfirmed => "unconfirmed", _ => "" },
    ];

    private static string Percent(double? value) => value?.ToString("0.0", CultureInfo.InvariantCulture) ?? "";
}
