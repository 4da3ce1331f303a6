using Lineup.ClusterSchema;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Lineup.Silo.Clustering;

/// <summary>The look at the store before a silo starts, which tells what is wrong in a line instead of deep in a start that fails.</summary>
public static class StoreCheck
{
    /// <summary>Whether the store that the settings name can be used; if not, why is written to <paramref name="output"/>.</summary>
    public static async Task<bool> CanUseStoreAsync(this IHost host, TextWriter output)
    {
        var join = host.Services.GetRequiredService<IOptions<JoinOptions>>().Value;
        var problem = join.Store switch
        {
            ClusterStore.PostgreSql => (await new PostgresSchema(join.ConnectionString!).CheckAsync(CancellationToken.None)).Problem,
            ClusterStore.Redis => await WhyNotAsync(join.ConnectionString!),
            _ => null,
        };
        if (problem is not null)
            await output.WriteLineAsync($"The cluster's store cannot be used. {problem}");
        return problem is null;
    }

    private static async Task<string?> WhyNotAsync(string connection)
    {
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(connection);
            await redis.GetDatabase().PingAsync();
            return null;
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            return $"Redis cannot be reached: {error.Message.ReplaceLineEndings(" ")}";
        }
    }
}
