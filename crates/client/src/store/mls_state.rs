//! Where OpenMLS keeps its state: in the tables of its own storage, all but one row of it in its own way.
//!
//! The row is that of the message keys, which changes with every message. OpenMLS's storage would take it out and put it in
//! again, in the table and in its index, with a statement that is parsed each time. Here it is changed in its place.

use openmls_sqlite_storage::{Codec, SqliteStorageProvider};
use openmls_traits::storage::{StorageProvider, traits};
use rusqlite::{Connection, Error, params};

use super::provider::{Cbor, CborError};

/// The version of the values that OpenMLS hands over.
const VERSION: u16 = 1;

/// The state of MLS in one step of the store.
pub struct MlsState<'a> {
    connection: &'a Connection,
    all: SqliteStorageProvider<Cbor, &'a Connection>,
}

impl<'a> MlsState<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            all: SqliteStorageProvider::new(connection),
        }
    }
}

macro_rules! passed_on {
    ($($name:ident<$($of:ident),+>($($argument:ident: $type:ty),+) -> $value:ty;)+) => {$(
        fn $name<$($of: traits::$of<VERSION>),+>(&self, $($argument: $type),+) -> Result<$value, Error> {
            self.all.$name::<$($of),+>($($argument),+)
        }
    )+};
}

impl StorageProvider<VERSION> for MlsState<'_> {
    type Error = Error;

    fn write_message_secrets<
        GroupId: traits::GroupId<VERSION>,
        MessageSecrets: traits::MessageSecrets<VERSION>,
    >(
        &self,
        group_id: &GroupId,
        message_secrets: &MessageSecrets,
    ) -> Result<(), Error> {
        let group = Cbor::to_vec(group_id).map_err(of_cbor)?;
        let secrets = Cbor::to_vec(message_secrets).map_err(of_cbor)?;
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE openmls_group_data SET group_data = ?3
                 WHERE group_id = ?1 AND data_type = 'message_secrets' AND provider_version = ?2",
            )?
            .execute(params![group, VERSION, secrets])?;
        if changed == 0 {
            return self.all.write_message_secrets(group_id, message_secrets);
        }
        Ok(())
    }

    passed_on! {
        write_mls_join_config<GroupId, MlsGroupJoinConfig>(group: &GroupId, config: &MlsGroupJoinConfig) -> ();
        append_own_leaf_node<GroupId, LeafNode>(group: &GroupId, value: &LeafNode) -> ();
        queue_proposal<GroupId, ProposalRef, QueuedProposal>(
            group: &GroupId, key: &ProposalRef, value: &QueuedProposal
        ) -> ();
        write_tree<GroupId, TreeSync>(group: &GroupId, value: &TreeSync) -> ();
        write_interim_transcript_hash<GroupId, InterimTranscriptHash>(
            group: &GroupId, value: &InterimTranscriptHash
        ) -> ();
        write_context<GroupId, GroupContext>(group: &GroupId, value: &GroupContext) -> ();
        write_confirmation_tag<GroupId, ConfirmationTag>(group: &GroupId, value: &ConfirmationTag) -> ();
        write_group_state<GroupState, GroupId>(group: &GroupId, value: &GroupState) -> ();
        write_resumption_psk_store<GroupId, ResumptionPskStore>(group: &GroupId, value: &ResumptionPskStore) -> ();
        write_own_leaf_index<GroupId, LeafNodeIndex>(group: &GroupId, value: &LeafNodeIndex) -> ();
        write_group_epoch_secrets<GroupId, GroupEpochSecrets>(group: &GroupId, value: &GroupEpochSecrets) -> ();
        write_signature_key_pair<SignaturePublicKey, SignatureKeyPair>(
            key: &SignaturePublicKey, value: &SignatureKeyPair
        ) -> ();
        write_encryption_key_pair<EncryptionKey, HpkeKeyPair>(key: &EncryptionKey, value: &HpkeKeyPair) -> ();
        write_encryption_epoch_key_pairs<GroupId, EpochKey, HpkeKeyPair>(
            group: &GroupId, epoch: &EpochKey, leaf: u32, values: &[HpkeKeyPair]
        ) -> ();
        write_key_package<HashReference, KeyPackage>(key: &HashReference, value: &KeyPackage) -> ();
        write_psk<PskId, PskBundle>(key: &PskId, value: &PskBundle) -> ();
        mls_group_join_config<GroupId, MlsGroupJoinConfig>(group: &GroupId) -> Option<MlsGroupJoinConfig>;
        own_leaf_nodes<GroupId, LeafNode>(group: &GroupId) -> Vec<LeafNode>;
        queued_proposal_refs<GroupId, ProposalRef>(group: &GroupId) -> Vec<ProposalRef>;
        queued_proposals<GroupId, ProposalRef, QueuedProposal>(group: &GroupId) -> Vec<(ProposalRef, QueuedProposal)>;
        tree<GroupId, TreeSync>(group: &GroupId) -> Option<TreeSync>;
        group_context<GroupId, GroupContext>(group: &GroupId) -> Option<GroupContext>;
        interim_transcript_hash<GroupId, InterimTranscriptHash>(group: &GroupId) -> Option<InterimTranscriptHash>;
        confirmation_tag<GroupId, ConfirmationTag>(group: &GroupId) -> Option<ConfirmationTag>;
        group_state<GroupState, GroupId>(group: &GroupId) -> Option<GroupState>;
        message_secrets<GroupId, MessageSecrets>(group: &GroupId) -> Option<MessageSecrets>;
        resumption_psk_store<GroupId, ResumptionPskStore>(group: &GroupId) -> Option<ResumptionPskStore>;
        own_leaf_index<GroupId, LeafNodeIndex>(group: &GroupId) -> Option<LeafNodeIndex>;
        group_epoch_secrets<GroupId, GroupEpochSecrets>(group: &GroupId) -> Option<GroupEpochSecrets>;
        signature_key_pair<SignaturePublicKey, SignatureKeyPair>(
            key: &SignaturePublicKey
        ) -> Option<SignatureKeyPair>;
        encryption_key_pair<HpkeKeyPair, EncryptionKey>(key: &EncryptionKey) -> Option<HpkeKeyPair>;
        encryption_epoch_key_pairs<GroupId, EpochKey, HpkeKeyPair>(
            group: &GroupId, epoch: &EpochKey, leaf: u32
        ) -> Vec<HpkeKeyPair>;
        key_package<HashReference, KeyPackage>(key: &HashReference) -> Option<KeyPackage>;
        psk<PskBundle, PskId>(key: &PskId) -> Option<PskBundle>;
        remove_proposal<GroupId, ProposalRef>(group: &GroupId, key: &ProposalRef) -> ();
        delete_own_leaf_nodes<GroupId>(group: &GroupId) -> ();
        delete_group_config<GroupId>(group: &GroupId) -> ();
        delete_tree<GroupId>(group: &GroupId) -> ();
        delete_confirmation_tag<GroupId>(group: &GroupId) -> ();
        delete_group_state<GroupId>(group: &GroupId) -> ();
        delete_context<GroupId>(group: &GroupId) -> ();
        delete_interim_transcript_hash<GroupId>(group: &GroupId) -> ();
        delete_message_secrets<GroupId>(group: &GroupId) -> ();
        delete_all_resumption_psk_secrets<GroupId>(group: &GroupId) -> ();
        delete_own_leaf_index<GroupId>(group: &GroupId) -> ();
        delete_group_epoch_secrets<GroupId>(group: &GroupId) -> ();
        clear_proposal_queue<GroupId, ProposalRef>(group: &GroupId) -> ();
        delete_signature_key_pair<SignaturePublicKey>(key: &SignaturePublicKey) -> ();
        delete_encryption_key_pair<EncryptionKey>(key: &EncryptionKey) -> ();
        delete_encryption_epoch_key_pairs<GroupId, EpochKey>(group: &GroupId, epoch: &EpochKey, leaf: u32) -> ();
        delete_key_package<HashReference>(key: &HashReference) -> ();
        delete_psk<PskId>(key: &PskId) -> ();
    }
}

fn of_cbor(error: CborError) -> Error {
    Error::ToSqlConversionFailure(Box::new(error))
}
