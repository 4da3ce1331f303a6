using Google.Protobuf;
using Lineup.Compression.Onnx;

namespace Lineup.Compression.Tests.Onnx;

public sealed class GraphTests
{
    private readonly OnnxModel _model = OnnxReader.Read(Protos.Tiny().ToByteArray());

    private Graph Graph => _model.Graph;

    private Node Relu => Graph.Nodes[0];

    private Node Add => Graph.Nodes[1];

    [Fact]
    public void SetInput_InGraph_MovesTheUse()
    {
        var (hidden, x) = (Graph.Find("hidden")!, Graph.Find("x")!);

        Add.SetInput(0, x);

        Assert.Empty(hidden.Uses);
        Assert.Equal([new Use(Relu, 0), new Use(Add, 0)], x.Uses);
    }

    [Fact]
    public void SetInput_BeyondTheEnd_LeavesOutWhatIsBetween()
    {
        var x = Graph.Find("x")!;

        Relu.SetInput(2, x);

        Assert.Equal([x, null, x], Relu.Inputs);
        Assert.Null(Relu.Input(7));
    }

    [Fact]
    public void Node_NotInGraph_CountsAsNoUse()
    {
        var x = Graph.Find("x")!;

        _ = new Node("Relu", [x, x], [new Value("z")]);

        Assert.Equal([new Use(Relu, 0)], x.Uses);
    }

    [Fact]
    public void InsertAfterAndRedirect_PutsNodeOnTheEdge()
    {
        var hidden = Graph.Find("hidden")!;

        var node = Graph.InsertAfter(Relu, new Node("Neg", [hidden], [new Value(Graph.UniqueName("hidden"))]));
        hidden.RedirectUses(node.Output, except: node);

        Assert.Equal(["Relu", "Neg", "Add"], Graph.Nodes.Select(n => n.OpType));
        Assert.Equal("hidden_1", Graph.Nodes[2].Inputs[0]!.Name);
        Assert.Empty(GraphValidator.Problems(_model));
    }

    [Fact]
    public void TryReplace_OfGraphOutput_KeepsTheOutputsName()
    {
        var (hidden, y) = (Graph.Find("hidden")!, Graph.Find("y")!);

        Assert.True(Graph.TryReplace(y, hidden));
        Graph.Remove(Add);

        Assert.Same(hidden, Assert.Single(Graph.Outputs));
        Assert.Equal("y", hidden.Name);
        Assert.Empty(GraphValidator.Problems(_model));
    }

    [Fact]
    public void TryReplace_OfGraphOutputByInput_IsRefusedAndDoesNothing()
    {
        var (x, y) = (Graph.Find("x")!, Graph.Find("y")!);

        Assert.False(Graph.TryReplace(y, x));

        Assert.Same(y, Assert.Single(Graph.Outputs));
        Assert.Equal("x", x.Name);
    }

    [Fact]
    public void Remove_OfNodeThatIsRead_Throws() => Assert.Throws<InvalidOperationException>(() => Graph.Remove(Relu));

    [Fact]
    public void RemoveInitializer_ThatIsRead_Throws() =>
        Assert.Throws<InvalidOperationException>(() => Graph.RemoveInitializer(Graph.Find("bias")!));

    [Fact]
    public void SetData_ChangesTypeAndShape()
    {
        var bias = Graph.Find("bias")!;

        bias.SetData(TensorData.Create<Half>([Half.One], 1, 1));

        Assert.Equal(ElementType.Float16, bias.Type);
        Assert.Equal([1, 1], bias.StaticShape()!);
        Assert.Throws<InvalidOperationException>(() => Graph.Find("x")!.SetData(TensorData.Scalar(1f)));
    }

    [Fact]
    public void SortTopologically_AfterAppendingInDisorder_RestoresOrder()
    {
        var x = Graph.Find("x")!;
        var late = Graph.Append(new Node("Neg", [x], [new Value("late")]));
        Relu.SetInput(0, late.Output);
        Assert.Contains("reads 'late', which nothing before it makes", Assert.Single(GraphValidator.Problems(_model)));

        Graph.SortTopologically();

        Assert.Empty(GraphValidator.Problems(_model));
        Assert.Equal(["Neg", "Relu", "Add"], Graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void SortTopologically_OfCycle_Throws()
    {
        Relu.SetInput(0, Add.Output);

        Assert.Throws<InvalidModelException>(Graph.SortTopologically);
    }

    [Fact]
    public void Validate_TwoValuesOfOneName_SaysSo()
    {
        Graph.Find("hidden")!.Name = "x";

        Assert.Contains("'x'", Assert.Throws<InvalidModelException>(() => GraphValidator.Validate(_model)).Message);
    }

    [Fact]
    public void Validate_UnknownDomain_SaysSo()
    {
        Relu.Domain = "com.example";

        Assert.Contains("com.example", Assert.Single(GraphValidator.Problems(_model)));
    }

    [Fact]
    public void Attributes_SetAndGet_AreTyped()
    {
        var attributes = Relu.Attributes;
        attributes.Set("i", 3);
        attributes.Set("f", 1.5f);
        attributes.Set("s", "SAME_UPPER");
        attributes.Set("is", 1L, 2L);
        attributes.Set("fs", 1f, 2f);
        attributes.Set("t", TensorData.Scalar(7L));
        attributes.Set("i", 4);

        var read = OnnxReader.Read(OnnxWriter.Write(_model)).Graph.Nodes[0].Attributes;

        Assert.Equal(4, read.GetInt("i", 0));
        Assert.Equal(1.5f, read.GetFloat("f", 0));
        Assert.Equal("SAME_UPPER", read.GetText("s", ""));
        Assert.Equal([1L, 2L], read.GetInts("is")!);
        Assert.Equal([1f, 2f], read.GetFloats("fs")!);
        Assert.Equal([7L], read.GetTensor("t")!.ToArray<long>());
        Assert.Equal(9, read.GetInt("absent", 9));
        Assert.Throws<InvalidModelException>(() => read.GetFloat("i", 0));
    }

    [Fact]
    public void Write_SameModelTwice_GivesTheSameBytes() => Assert.Equal(OnnxWriter.Write(_model), OnnxWriter.Write(_model));
}
