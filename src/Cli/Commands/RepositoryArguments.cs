using System.CommandLine;
using Lineup.ModelRepository;
using Lineup.ModelRepository.Catalogs;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Lineup.Cli.Commands;

/// <summary>The options of every command that works on a repository, and the services they lead to.</summary>
internal sealed class RepositoryArguments
{
    private readonly Option<string?> _catalog = new("--catalog")
    {
        Description = "The catalog: a path or an http(s) address. Default: LINEUP_CATALOG, else catalog.json in the repository.",
        HelpName = "PATH|URL",
    };

    private readonly Option<string?> _repository = new("--repository")
    {
        Description = "The folder that holds the models. Default: LINEUP_REPOSITORY, else the nearest folder 'models'.",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_catalog);
        AddRepositoryTo(command);
    }

    /// <summary>For a command that pulls nothing and so needs no catalog.</summary>
    public void AddRepositoryTo(Command command) => command.Options.Add(_repository);

    /// <summary>The services, with what was given on the command line over everything else.</summary>
    public ServiceProvider CreateServices(ParseResult parsed)
    {
        var settings = new Dictionary<string, string?>();
        if (parsed.GetValue(_catalog) is { } catalog)
            settings[$"{RepositoryOptions.Section}:{nameof(RepositoryOptions.Catalog)}"] = catalog;
        if (parsed.GetValue(_repository) is { } repository)
            settings[$"{RepositoryOptions.Section}:{nameof(RepositoryOptions.Path)}"] = Path.GetFullPath(repository);

        return new ServiceCollection()
            .AddModelRepository(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
    }

    /// <summary>Loads the catalog that was given, or else the default one.</summary>
    public static Task<CatalogResult> LoadCatalogAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var options = services.GetRequiredService<IOptions<RepositoryOptions>>().Value;
        var place = RepositoryLocation.ResolveCatalog(options, Environment.CurrentDirectory);
        return services.GetRequiredService<CatalogLoader>().LoadAsync(place, cancellationToken);
    }
}
