using System.Text.Json;
using BpDao.Core;
using BpDao.State;
using BpDao.State.Proofs;
using BpDao.TxPool;

namespace BpDao.JsonRpc;

/// <summary>Accounts: balance, nonce, code, storage and their proofs.</summary>
internal sealed class EthStateModule(ChainQuestions questions, ITxPool pool) : IRpcModule
{
    private const int MaxProofSlots = 1024;

    public string Namespace => "eth";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("eth_getBalance", 1, 2, call => OfAccount(call, 1, static (_, account) => RpcResult.Of(account.Balance))),
        new("eth_getCode", 1, 2, call => OfAccount(call, 1, static (state, account) => RpcResult.Of(state.GetCode(account.CodeHash)))),
        new("eth_getTransactionCount", 1, 2, TransactionCount),
        new("eth_getStorageAt", 2, 3, StorageAt),
        new("eth_getProof", 2, 3, Proof),
    ];

    private RpcResult OfAccount(RpcCall call, int blockIndex, Func<StateView, Account, RpcResult> answer)
    {
        RpcParameters p = call.Parameters;
        if (!p.Address(0, out Address address) || !p.Block(blockIndex, out BlockParameter block)) return p.Fault;
        if (questions.OpenState(block, out StateView state) is { } error) return error;
        using (state) return answer(state, state.TryGetAccount(address, out Account account) ? account : Account.Empty);
    }

    private RpcResult TransactionCount(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Address(0, out Address address) || !p.Block(1, out BlockParameter block)) return p.Fault;
        return block.Kind == BlockParameterKind.Pending
            ? RpcResult.Of(pool.NextNonce(address))
            : OfAccount(call, 1, static (_, account) => RpcResult.Of(account.Nonce));
    }

    private RpcResult StorageAt(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Address(0, out Address address) || !p.Slot(1, out UInt256 slot) || !p.Block(2, out BlockParameter block)) return p.Fault;
        if (questions.OpenState(block, out StateView state) is { } error) return error;
        using (state) return RpcResult.Of(state.GetStorage(address, slot).ToHash());
    }

    private RpcResult Proof(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Address(0, out Address address) || !p.Array(1, out JsonElement keys) || !p.Block(2, out BlockParameter block)) return p.Fault;
        if (keys.GetArrayLength() > MaxProofSlots) return RpcError.InvalidParams($"too many keys (max {MaxProofSlots})");
        List<UInt256> slots = [];
        List<string> names = [];
        foreach (JsonElement key in keys.EnumerateArray())
        {
            if (!p.Check(1, RpcReading.ReadSlot(key, out UInt256 slot))) return p.Fault;
            slots.Add(slot);
            names.Add(ProofKey(key.GetString()!, slot));
        }

        if (questions.OpenState(block, out StateView state) is { } error) return error;
        AccountProof proof;
        using (state) proof = state.GetProof(address, slots);
        return RpcResult.Of(w => WriteProof(w, address, proof, names));
    }

    /// <summary>A key given as 32 bytes comes back so, any other as a quantity.</summary>
    private static string ProofKey(string given, in UInt256 slot) =>
        given.Length == 2 + (2 * Hash256.Size) ? slot.ToHash().ToString() : slot.ToHexQuantity();

    private static void WriteProof(Utf8JsonWriter w, Address address, AccountProof proof, List<string> names)
    {
        Account account = proof.Account ?? Account.Empty;
        w.WriteStartObject();
        w.WriteData("address"u8, address);
        WriteNodes(w, "accountProof"u8, proof.Nodes);
        w.WriteQuantity("balance"u8, account.Balance);
        w.WriteData("codeHash"u8, account.CodeHash);
        w.WriteQuantity("nonce"u8, account.Nonce);
        w.WriteData("storageHash"u8, account.StorageRoot);
        w.WriteStartArray("storageProof"u8);
        for (int i = 0; i < names.Count; i++)
        {
            w.WriteStartObject();
            w.WriteString("key"u8, names[i]);
            w.WriteQuantity("value"u8, proof.Storage[i].Value);
            WriteNodes(w, "proof"u8, proof.Storage[i].Nodes);
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void WriteNodes(Utf8JsonWriter w, ReadOnlySpan<byte> name, IReadOnlyList<byte[]> nodes)
    {
        w.WriteStartArray(name);
        foreach (byte[] node in nodes) w.WriteDataValue(node);
        w.WriteEndArray();
    }
}
