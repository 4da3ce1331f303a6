using System.Reflection;
using System.Text.Json;
using Lineup.GrainInterfaces;
using Lineup.GrainInterfaces.Catalog;
using Lineup.GrainInterfaces.Jobs;
using Lineup.GrainInterfaces.Statistics;
using Lineup.GrainInterfaces.Variants;
using Lineup.Grains.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Lineup.Grains.Tests.Wire;

/// <summary>Every message survives the way between two processes, with each of its members.</summary>
[Collection(ClusterFixture.Name)]
public sealed class SerializationTests(ClusterFixture fixture)
{
    private static readonly object[] Samples =
    [
        new ModelVariantId("mobilenetv2", "int8"),
        new Prediction(3, "n01440764", "tench", 0.75f),
        Times,
        new ClassifyRequest { Image = new byte[] { 1, 2, 3 }, Top = 7, Budget = TimeSpan.FromSeconds(2), Comparison = Guid.NewGuid(), IsSpare = true, Priority = ClassifyPriority.Bulk },
        new ClassifyReply
        {
            Outcome = ClassifyOutcome.Busy, Reason = "why", Predictions = [new(3, "n01440764", "tench", 0.75f)], Times = Times,
            RetryAfter = TimeSpan.FromSeconds(1), Silo = "silo", Load = ReplicaSamples.Load,
        },
        Recorded.Total,
        Recorded,
        new VariantStatus
        {
            Id = new("mobilenetv2", "int8"), Exists = true, State = VariantState.Warming, Reason = "why", LoadTime = TimeSpan.FromSeconds(1),
            SessionBytes = 2, Waiting = 3, PredictedWait = TimeSpan.FromSeconds(4), Silo = "silo", Statistics = Recorded,
            Replicas = new[] { ReplicaSamples.Status }, Plan = ReplicaSamples.Plan,
        },
        Evaluation,
        Recipe,
        Variant,
        Model,
        new RepositoryProblem("folder", "reason"),
        new RepositoryListing([Model], [new("folder", "reason")]),
        Offer,
        new CatalogListing("note", [Offer], "error"),
        new PullStatus { Model = "mobilenetv2", State = PullState.Verifying, Bytes = 1, TotalBytes = 2, Message = "message" },
        .. JobSamples.All,
        .. ReplicaSamples.All,
    ];

    public static TheoryData<string> Messages => [.. Samples.Select(sample => sample.GetType().Name)];

    private static StageTimes Times => new(
        TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(4), DecodeShared: true);

    private static VariantStatistics Recorded
    {
        get
        {
            var statistics = new VariantStatistics();
            statistics.Record(ClassifyOutcome.Ok, Times with { DecodeShared = false });
            statistics.Record(ClassifyOutcome.Busy, Times);
            return statistics;
        }
    }

    private static VariantListing Variant => new()
    {
        Id = new("mobilenetv2", "int8"),
        Precision = "int8",
        Sparsity = 0.5,
        FileBytes = 1,
        CompressedBytes = 2,
        Sha256 = "abc",
        Evaluation = Evaluation,
        PackedBytes = 3_100_000,
        Recipe = Recipe,
    };

    private static RecipeListing Recipe => new()
    {
        Kind = "compress",
        Parent = "original",
        Steps = new[] { "step" },
        Calibration = "pictures.zip",
        CalibrationPictures = 280,
        HeldOutPictures = 20,
        Agreement = 0.95,
    };

    private static EvaluationListing Evaluation => new()
    {
        DataSet = "dev.zip",
        Images = 1300,
        Top1 = 79.5,
        Top5 = 93.9,
        Agreement = 97.5,
        Kl = 0.006,
        MeanMs = 2.1,
        Cpu = "a processor",
        RightToWrong = 9,
        WrongToRight = 10,
        McNemarP = 0.8,
        P50Ms = 2.0,
        Threads = 2,
    };

    private static ModelListing Model => new()
    {
        Name = "mobilenetv2",
        Title = "MobileNetV2",
        Architecture = "MobileNet",
        License = "Apache-2.0",
        Source = "zoo",
        Width = 1,
        Height = 2,
        PublishedTop1 = 3,
        PublishedTop5 = 4,
        Variants = [Variant],
    };

    private static CatalogOffer Offer => new()
    {
        Name = "mobilenetv2",
        Title = "MobileNetV2",
        Architecture = "MobileNet",
        License = "Apache-2.0",
        Bytes = 1,
        Confirmed = true,
        Present = true,
        PublishedTop1 = 2,
        PublishedTop5 = 3,
        Source = "zoo",
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void RoundTrip_Message_KeepsEveryMember(string type)
    {
        var sample = Samples.Single(candidate => candidate.GetType().Name == type);
        var serializer = fixture.Cluster.ClientServices.GetRequiredService<Serializer>();

        var copy = serializer.Deserialize<object>(serializer.SerializeToArray<object>(sample));

        Assert.IsType(sample.GetType(), copy);
        Assert.Equal(JsonSerializer.Serialize(sample), JsonSerializer.Serialize(copy));
    }

    [Fact]
    public void RoundTrip_Histogram_KeepsItsBuckets()
    {
        var serializer = fixture.Cluster.ClientServices.GetRequiredService<Serializer>();
        var histogram = new LatencyHistogram();
        for (var i = 1; i <= 100; i++)
            histogram.Record(TimeSpan.FromMilliseconds(i));

        var copy = serializer.Deserialize<LatencyHistogram>(serializer.SerializeToArray(histogram));

        Assert.All([0.1, 0.5, 0.99], share => Assert.Equal(histogram.Quantile(share), copy!.Quantile(share)));
    }

    [Fact]
    public void Samples_AllMessagesOfTheContracts_AreAmongThem()
    {
        var messages = typeof(ModelVariantId).Assembly.GetTypes()
            .Where(type => !type.IsEnum && type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)
            .Where(type => !type.Namespace!.StartsWith("OrleansCodeGen", StringComparison.Ordinal));

        Assert.Equal(messages.Select(type => type.Name).Order(), Samples.Select(sample => sample.GetType().Name).Order());
    }

    [Fact]
    public void Samples_EveryMember_HasAValueOfItsOwn() => Assert.All(Samples, sample =>
    {
        foreach (var property in sample.GetType().GetProperties().Where(property => property.CanWrite))
        {
            var unset = property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null;
            Assert.NotEqual(unset, property.GetValue(sample));
        }
    });
}
