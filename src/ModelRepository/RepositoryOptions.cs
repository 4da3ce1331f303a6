using System.ComponentModel.DataAnnotations;

namespace Lineup.ModelRepository;

/// <summary>Where the models are and where more can be had.</summary>
public sealed class RepositoryOptions
{
    public const string Section = "Lineup:Repository";

    /// <summary>The default of <see cref="Path"/>.</summary>
    public const string DefaultPath = "models";

    /// <summary>
    /// The folder that holds one folder a model. A relative path is taken from the current folder or, where it does not exist there,
    /// from the nearest folder above that has it. Default: models. Setting: Lineup:Repository:Path, or the variable LINEUP_REPOSITORY.
    /// </summary>
    [Required]
    public string Path { get; set; } = DefaultPath;

    /// <summary>
    /// The catalog of models that can be pulled: a path or an http(s) address. Default: catalog.json in the repository's folder,
    /// else the one in the default repository.
    /// Setting: Lineup:Repository:Catalog, or the variable LINEUP_CATALOG.
    /// </summary>
    public string? Catalog { get; set; }
}
