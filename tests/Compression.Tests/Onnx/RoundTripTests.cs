using Google.Protobuf;
using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Schema;

namespace Lineup.Compression.Tests.Onnx;

public sealed class RoundTripTests
{
    [Theory]
    [Trait("Ring", "Real")]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void ReadAndWrite_RealModel_GivesTheSameOutputsBitForBit(string name)
    {
        var original = File.ReadAllBytes(SharedModels.RequirePath(name));
        var model = OnnxReader.Read(original);
        var input = Tensors.InputFor(model);

        var written = OnnxWriter.Write(model);

        foreach (var optimize in new[] { false, true })
        {
            var (expected, actual) = (Tensors.Run(original, input, optimize), Tensors.Run(written, input, optimize));
            Assert.Equal(expected.Length, actual.Length);
            Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.ContentEquals(pair.Second)));
        }
    }

    [Theory]
    [Trait("Ring", "Real")]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void ReadAndWrite_RealModel_SaysTheSameThing(string name)
    {
        var original = File.ReadAllBytes(SharedModels.RequirePath(name));

        var written = OnnxWriter.Write(OnnxReader.Read(original));

        Assert.Equal(Canonical(original), Canonical(written));
        Assert.Equal(written, OnnxWriter.Write(OnnxReader.Read(written)));
        Assert.Equal(written, OnnxWriter.Write(OnnxReader.Read(original).Clone()));
    }

    [Theory]
    [Trait("Ring", "Real")]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void Read_RealModel_IsValid(string name) => Assert.Empty(GraphValidator.Problems(SharedModels.Require(name)));

    [Fact]
    public void ReadAndWrite_UnknownFieldsEverywhere_Survive()
    {
        var source = Protos.Tiny();
        source.Graph.ValueInfo.Add(Protos.Float("hidden", 1, 2));
        source.Graph.ValueInfo.Add(Protos.Float("nowhere", 1));
        source.MetadataProps.Add(new StringStringEntryProto { Key = "k", Value = "v" });
        source.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "odd", Type = (AttributeProto.Types.AttributeType)13 });
        source.Graph.Node[0].DocString = "a doc string";
        var bytes = Protos.WithUnknownFields(source).ToByteArray();

        var written = OnnxWriter.Write(OnnxReader.Read(bytes));

        Assert.Equal(Canonical(bytes), Canonical(written));
        Assert.Equal(Protos.CountUnknownFields(bytes), Protos.CountUnknownFields(written));
    }

    [Fact]
    public void Clone_OfModelWithUnknownFields_WritesTheSameBytes()
    {
        var model = OnnxReader.Read(Protos.WithUnknownFields(Protos.Tiny()).ToByteArray());

        var copy = model.Clone();

        Assert.Equal(OnnxWriter.Write(model), OnnxWriter.Write(copy));
        Assert.Empty(GraphValidator.Problems(copy));
        Assert.DoesNotContain(copy.Graph.Values(), model.Graph.Values().Contains);
    }

    [Fact]
    public void Read_TypedFields_BecomeTheSameNumbersAsRawData()
    {
        var source = Protos.Tiny();
        void Add(string name, int type, Action<TensorProto> fill)
        {
            var tensor = new TensorProto { Name = name, DataType = type };
            tensor.Dims.Add(2);
            fill(tensor);
            source.Graph.Initializer.Add(tensor);
        }

        Add("f32", 1, tensor => tensor.FloatData.AddRange([1.5f, -0f]));
        Add("f64", 11, tensor => tensor.DoubleData.AddRange([1.5, double.MaxValue]));
        Add("i64", 7, tensor => tensor.Int64Data.AddRange([long.MinValue, 3]));
        Add("i32", 6, tensor => tensor.Int32Data.AddRange([int.MinValue, 3]));
        Add("i8", 3, tensor => tensor.Int32Data.AddRange([-128, 127]));
        Add("u8", 2, tensor => tensor.Int32Data.AddRange([0, 255]));
        Add("bool", 9, tensor => tensor.Int32Data.AddRange([0, 1]));
        Add("f16", 10, tensor => tensor.Int32Data.AddRange([0x3C00, 0xFBFF]));
        Add("u64", 13, tensor => tensor.Uint64Data.AddRange([ulong.MaxValue, 3]));

        var graph = OnnxReader.Read(OnnxWriter.Write(OnnxReader.Read(source.ToByteArray()))).Graph;

        Assert.Equal([1.5f, -0f], graph.Find("f32")!.Data!.ToArray<float>());
        Assert.Equal([1.5, double.MaxValue], graph.Find("f64")!.Data!.ToArray<double>());
        Assert.Equal([long.MinValue, 3], graph.Find("i64")!.Data!.ToArray<long>());
        Assert.Equal([int.MinValue, 3], graph.Find("i32")!.Data!.ToArray<int>());
        Assert.Equal([-128, 127], graph.Find("i8")!.Data!.ToArray<sbyte>());
        Assert.Equal([0, 255], graph.Find("u8")!.Data!.ToArray<byte>());
        Assert.Equal([false, true], graph.Find("bool")!.Data!.ToArray<bool>());
        Assert.Equal([Half.One, Half.MinValue], graph.Find("f16")!.Data!.ToArray<Half>());
        Assert.Equal([ulong.MaxValue, 3], graph.Find("u64")!.Data!.ToArray<ulong>());
    }

    [Fact]
    public void Read_UnusedInitializer_IsKept()
    {
        var source = Protos.Tiny();
        source.Graph.Initializer.Add(Protos.FloatTensor("spare", 1, 2, 3));

        var written = OnnxWriter.Write(OnnxReader.Read(source.ToByteArray()));

        Assert.Contains(ModelProto.Parser.ParseFrom(written).Graph.Initializer, tensor => tensor.Name == "spare");
    }

    /// <summary>The file with all numbers in raw_data and value_info in one order, the two freedoms the writer takes.</summary>
    private static ModelProto Canonical(byte[] bytes)
    {
        var model = ModelProto.Parser.ParseFrom(bytes);
        var infos = model.Graph.ValueInfo.OrderBy(info => info.Name, StringComparer.Ordinal).ToArray();
        model.Graph.ValueInfo.Clear();
        model.Graph.ValueInfo.AddRange(infos);
        foreach (var tensor in model.Graph.Initializer)
        {
            if (tensor.HasRawData || tensor.StringData.Count > 0)
                continue;
            var copy = TensorCodec.Write(TensorCodec.Read(tensor.Clone(), "it"), tensor.Name);
            tensor.RawData = copy.RawData;
            tensor.FloatData.Clear();
            tensor.Int32Data.Clear();
            tensor.Int64Data.Clear();
            tensor.DoubleData.Clear();
            tensor.Uint64Data.Clear();
        }

        return model;
    }
}
