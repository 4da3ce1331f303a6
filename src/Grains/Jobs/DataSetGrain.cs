using Lineup.GrainInterfaces.Jobs;
using Orleans.Concurrency;

namespace Lineup.Grains.Jobs;

/// <summary>Reads the folder of data sets. It keeps nothing, so any silo answers.</summary>
[StatelessWorker]
internal sealed class DataSetGrain(DataSets sets) : Grain, IDataSetGrain
{
    public async Task<IReadOnlyList<string>> List() => (await Task.Run(sets.List)).ToArray();
}
