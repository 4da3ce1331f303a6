using Lineup.Grains.Storage;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence;
using Orleans.Serialization;
using Orleans.Storage;
using StackExchange.Redis;

namespace Lineup.Silo.Clustering;

/// <summary>Connects silos and clients to where the cluster keeps its members and its state.</summary>
public static class StoreHosting
{
    private const string Postgres = "Npgsql";

    /// <summary>Adds membership by the store, and the storage that grains use. Without a store only the latter, in memory.</summary>
    internal static ISiloBuilder UseStore(this ISiloBuilder silo, JoinOptions join)
    {
        switch (join.Store)
        {
            case ClusterStore.Redis:
                silo.UseRedisClustering(redis => redis.ConfigurationOptions = ConfigurationOptions.Parse(join.ConnectionString!));
                silo.AddRedisGrainStorage(
                    GrainStorageName.Default, redis => redis.ConfigurationOptions = ConfigurationOptions.Parse(join.ConnectionString!));
                silo.StoreCompactly<RedisStorageOptions>();
                break;
            case ClusterStore.PostgreSql:
                silo.UseAdoNetClustering(sql => (sql.Invariant, sql.ConnectionString) = (Postgres, join.ConnectionString!));
                silo.AddAdoNetGrainStorage(
                    GrainStorageName.Default, sql => (sql.Invariant, sql.ConnectionString) = (Postgres, join.ConnectionString!));
                silo.StoreCompactly<AdoNetGrainStorageOptions>();
                break;
            default:
                silo.AddMemoryGrainStorage(GrainStorageName.Default);
                silo.StoreCompactly<MemoryGrainStorageOptions>();
                break;
        }

        return silo;
    }

    /// <summary>Lets a client find the cluster's silos by the store, and see soon which have come and gone.</summary>
    public static IClientBuilder UseStore(this IClientBuilder client, JoinOptions join, MembershipOptions membership)
    {
        client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = membership.GatewayRefresh);
        return join.Store switch
        {
            ClusterStore.Redis => client.UseRedisClustering(redis => redis.ConfigurationOptions = ConfigurationOptions.Parse(join.ConnectionString!)),
            ClusterStore.PostgreSql => client.UseAdoNetClustering(sql => (sql.Invariant, sql.ConnectionString) = (Postgres, join.ConnectionString!)),
            _ => client,
        };
    }

    /// <summary>
    /// State is written as messages are: each member by its number, so that silos of neighbouring versions read each other's, and private
    /// members too, which the default, JSON, leaves out.
    /// </summary>
    private static void StoreCompactly<T>(this ISiloBuilder silo)
        where T : class, IStorageProviderSerializerOptions => silo.Services.AddOptions<T>(GrainStorageName.Default)
            .Configure<Serializer>((options, serializer) => options.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer));
}
