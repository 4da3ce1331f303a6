using System.Globalization;
using Lineup.Cluster.Topologies;

namespace Lineup.Cluster.Launching;

/// <summary>Redis with the configuration that its container has.</summary>
internal sealed class RedisRecipe : IRecipe
{
    public string Program => "redis-server";

    public Task<Launch> PrepareAsync(LaunchContext context, CancellationToken cancellationToken) => Task.FromResult(new Launch(
        context.Program,
        [
            Path.Combine(SourceTree.Root, "deploy", "redis", "redis.conf"),
            "--port", context.Port("redis").ToString(CultureInfo.InvariantCulture),
            "--bind", context.Places.Bind(context.Service),
            "--dir", context.Data,
        ]));
}
