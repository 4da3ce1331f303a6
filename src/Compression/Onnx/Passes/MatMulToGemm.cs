namespace Lineup.Compression.Onnx.Passes;

/// <summary>Turns MatMul of a matrix by a constant matrix into Gemm, which is the same and has room for a bias.</summary>
public sealed class MatMulToGemm : IGraphPass
{
    public string Name => "turn MatMul into Gemm";

    public PassResult Run(OnnxModel model)
    {
        var (done, left) = (new List<string>(), new List<string>());
        foreach (var node in model.Graph.Nodes.Where(node => node.Is("MatMul")))
        {
            if (node.Input(1)?.Constant is not { Rank: 2 } || node.Input(0) is not { Dims.Count: 2, Constant: null })
            {
                left.Add($"{node}: it is not a matrix by a constant matrix");
                continue;
            }

            if (model.Opset < 11)
            {
                left.Add($"{node}: operator set {model.Opset} has no Gemm without a bias");
                continue;
            }

            done.Add($"{node} is a Gemm");
            node.OpType = "Gemm";
        }

        return new(Name, done, left);
    }
}
