using Google.Protobuf;
using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Schema;
using AttributeType = Lineup.Compression.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Lineup.Compression.Tests.Onnx;

/// <summary>What is not understood well enough to be kept is refused, with the place named.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void Read_Subgraph_NamesTheNode() => Refused("the Relu", model => model.Graph.Node[0].Attribute.Add(
        new AttributeProto { Name = "then_branch", Type = AttributeType.Graph, G = new() }));

    [Fact]
    public void Read_SubgraphWithoutType_NamesTheNode() => Refused("the Relu", model => model.Graph.Node[0].Attribute.Add(
        new AttributeProto { Name = "body", G = new() }));

    [Fact]
    public void Read_SparseAttribute_NamesTheNode() => Refused("the Add", model => model.Graph.Node[1].Attribute.Add(
        new AttributeProto { Name = "sparse_value", Type = AttributeType.SparseTensor, SparseTensor = new() }));

    [Fact]
    public void Read_ExternalDataInAttribute_NamesTheNode() => Refused("the Add", model => model.Graph.Node[1].Attribute.Add(
        new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = External("inner") }));

    [Fact]
    public void Read_ExternalInitializer_NamesIt() => Refused("outside", model => model.Graph.Initializer.Add(External("outside")));

    [Fact]
    public void Read_SparseInitializer_NamesIt() => Refused("thin", model => model.Graph.SparseInitializer.Add(
        new SparseTensorProto { Values = Protos.FloatTensor("thin", 1) }));

    [Fact]
    public void Read_UnknownElementType_NamesTheTensor() => Refused("four bits", model => model.Graph.Initializer.Add(
        new TensorProto { Name = "four bits", DataType = 22, RawData = ByteString.CopyFrom(0) }));

    [Fact]
    public void Read_LocalFunctions_AreRefused() => Refused("functions", model => model.Functions.Add(ByteString.Empty));

    [Fact]
    public void Read_TensorOfWrongLength_NamesIt() => Damaged("short", model =>
    {
        var tensor = Protos.FloatTensor("short", 1, 2, 3);
        tensor.Dims[0] = 4;
        model.Graph.Initializer.Add(tensor);
    });

    [Fact]
    public void Read_TensorOfAbsurdShape_NamesIt() => Damaged("huge", model =>
    {
        var tensor = Protos.FloatTensor("huge", 1);
        tensor.Dims.AddRange([long.MaxValue, long.MaxValue]);
        model.Graph.Initializer.Add(tensor);
    });

    [Fact]
    public void Read_NegativeDimension_NamesTheTensor() => Damaged("less", model =>
    {
        var tensor = Protos.FloatTensor("less", 1);
        tensor.Dims[0] = -1;
        model.Graph.Initializer.Add(tensor);
    });

    [Fact]
    public void Read_NodesOutOfOrder_NamesTheNode() => Damaged("the Add", model =>
    {
        var late = model.Graph.Node[0];
        model.Graph.Node.RemoveAt(0);
        model.Graph.Node.Add(late);
    });

    [Fact]
    public void Read_NameMadeTwice_NamesTheNode() => Damaged("the Add", model => model.Graph.Node[1].Output[0] = "hidden");

    [Fact]
    public void Read_InitializerTwice_NamesIt() => Damaged("bias", model => model.Graph.Initializer.Add(Protos.FloatTensor("bias", 3)));

    [Fact]
    public void Read_OutputOfNothing_NamesIt() => Damaged("ghost", model => model.Graph.Output.Add(Protos.Float("ghost", 1)));

    [Fact]
    public void Read_NoOnnxFile_SaysSo()
    {
        Assert.Throws<InvalidModelException>(() => OnnxReader.Read([]));
        Assert.Throws<InvalidModelException>(() => OnnxReader.Read("<html>not found</html>"u8));
    }

    private static void Refused(string named, Action<ModelProto> spoil) =>
        Assert.Contains(named, Assert.Throws<UnsupportedModelException>(() => ReadSpoiled(spoil)).Message, StringComparison.Ordinal);

    private static void Damaged(string named, Action<ModelProto> spoil) =>
        Assert.Contains(named, Assert.Throws<InvalidModelException>(() => ReadSpoiled(spoil)).Message, StringComparison.Ordinal);

    private static OnnxModel ReadSpoiled(Action<ModelProto> spoil)
    {
        var model = Protos.Tiny();
        spoil(model);
        return OnnxReader.Read(model.ToByteArray());
    }

    private static TensorProto External(string name)
    {
        var tensor = new TensorProto { Name = name, DataType = 1, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
        return tensor;
    }
}
