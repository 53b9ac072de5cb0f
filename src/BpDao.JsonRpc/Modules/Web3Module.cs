using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary><c>web3_*</c>: the client's name, and Keccak-256 for those who have none.</summary>
public sealed class Web3Module(string clientVersion) : IRpcModule
{
    public string Namespace => "web3";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("web3_clientVersion", 0, 0, _ => RpcResult.Of(clientVersion)),
        new("web3_sha3", 1, 1, Sha3),
    ];

    private static RpcResult Sha3(RpcCall call) =>
        call.Parameters.Data(0, out byte[] data) ? RpcResult.Of(Keccak256.Hash(data)) : call.Parameters.Fault;
}
