using Lineup.Cluster.Running;
using Lineup.Cluster.Topologies;

namespace Lineup.Cluster.Launching;

/// <summary>Makes PostgreSQL's tables.</summary>
internal sealed class SchemaRecipe : IRecipe
{
    public string? Program => null;

    public Task<Launch> PrepareAsync(LaunchContext context, CancellationToken cancellationToken) => Task.FromResult(
        Dotnet.Run("lineup", "cluster", "init", "--store", nameof(StoreKind.PostgreSql), "--connection", context.Folder.Secret(RunFolder.Connection)));
}

/// <summary>A silo with a folder of models, its own or the one that all share.</summary>
internal sealed class SiloRecipe : IRecipe
{
    public string? Program => null;

    public Task<Launch> PrepareAsync(LaunchContext context, CancellationToken cancellationToken)
    {
        const string Path = "Lineup:Repository:Path";
        if (context.Options.SharedModels is { } shared)
            context.Settings[Path] = shared;
        else if (!Directory.Exists(context.Settings[Path]))
            BroughtModels.CopyTo(context.Settings[Path]);
        return Task.FromResult(Dotnet.Run("Lineup.Silo"));
    }
}

/// <summary>A frontend.</summary>
internal sealed class FrontendRecipe : IRecipe
{
    public string? Program => null;

    public Task<Launch> PrepareAsync(LaunchContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Dotnet.Run("Lineup.Frontend"));
}

/// <summary>Programs of Lineup, whose files lie beside this one's.</summary>
internal static class Dotnet
{
    public static Launch Run(string assembly, params string[] arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"), .. arguments]);
}

/// <summary>The models that the repository brings, which images carry as well.</summary>
internal static class BroughtModels
{
    public static void CopyTo(string target)
    {
        var source = Path.Combine(SourceTree.Root, "models");
        Directory.CreateDirectory(target);
        File.Copy(Path.Combine(source, "catalog.json"), Path.Combine(target, "catalog.json"), overwrite: true);
        const string Model = "resnet-cifar10";
        foreach (var file in Directory.EnumerateFiles(Path.Combine(source, Model), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }
}
