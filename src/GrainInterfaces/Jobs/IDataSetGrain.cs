using Orleans.Concurrency;

namespace Lineup.GrainInterfaces.Jobs;

/// <summary>Tells which sets of pictures lie on the silos for jobs to use; key <see cref="Key"/>.</summary>
[Alias("lineup.IDataSetGrain")]
public interface IDataSetGrain : IGrainWithStringKey
{
    /// <summary>The one key of this grain.</summary>
    const string Key = "data-sets";

    /// <summary>Names of the folders and zip archives in the silo's folder of data sets; empty where it has none.</summary>
    [AlwaysInterleave, Alias("List"), ResponseTimeout("00:00:10")]
    Task<IReadOnlyList<string>> List();
}
