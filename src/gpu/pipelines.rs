//! Compiled shaders, kept: compiling one takes 6 to 80 ms.

use std::collections::{HashMap, VecDeque};

use super::shader::{Access, Shader};
use super::{Gpu, GpuError};

/// Specialised pipelines that are kept; the oldest goes first.
const KEPT: usize = 128;

/// A shader's module, and the layout of what it is bound to.
#[derive(Clone, Debug)]
struct Module {
    module: wgpu::ShaderModule,
    bindings: wgpu::BindGroupLayout,
    layout: wgpu::PipelineLayout,
}

/// What a dispatch needs.
#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    pub(super) pipeline: wgpu::ComputePipeline,
    pub(super) bindings: wgpu::BindGroupLayout,
    pub(super) storage: usize,
}

/// A shader's name and its constants.
type Key = (&'static str, Vec<u32>);

#[derive(Debug, Default)]
pub(super) struct Pipelines {
    modules: HashMap<&'static str, Module>,
    made: HashMap<Key, Pipeline>,
    order: VecDeque<Key>,
    /// Values that went through each plan.
    seen: HashMap<Key, u64>,
}

impl Gpu {
    /// The pipeline of a shader with the values of its constants, in their order.
    pub(crate) fn pipeline(&self, shader: &Shader, values: &[u32]) -> Result<Pipeline, GpuError> {
        let key = (shader.name, values.to_vec());
        let module = {
            let kept = self.pipelines();
            if let Some(pipeline) = kept.made.get(&key) {
                return Ok(pipeline.clone());
            }
            kept.modules.get(shader.name).cloned()
        };
        // Nobody waits for a compiler: two threads may both make it, and one is kept.
        let module = match module {
            Some(module) => module,
            None => self.module(shader)?,
        };
        let constants: Vec<(&str, f64)> = shader
            .constants
            .iter()
            .zip(values)
            .map(|(name, value)| (*name, f64::from(*value)))
            .collect();
        let pipeline = self.guarded(|device| {
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(shader.name),
                layout: Some(&module.layout),
                module: &module.module,
                entry_point: Some("main"),
                compilation_options: wgpu::PipelineCompilationOptions {
                    constants: &constants,
                    ..Default::default()
                },
                cache: None,
            })
        })?;
        let pipeline = Pipeline {
            pipeline,
            bindings: module.bindings.clone(),
            storage: shader.storage.len(),
        };
        let mut kept = self.pipelines();
        kept.modules.insert(shader.name, module);
        if kept.made.insert(key.clone(), pipeline.clone()).is_none() {
            kept.order.push_back(key);
        }
        if kept.order.len() > KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.made.remove(&oldest);
        }
        Ok(pipeline)
    }

    /// Values that went through a plan, `count` more among them.
    pub(super) fn seen(&self, name: &'static str, plan: &[u32], count: u64) -> u64 {
        let mut kept = self.pipelines();
        if kept.seen.len() > 8 * KEPT {
            kept.seen.clear();
        }
        let seen = kept.seen.entry((name, plan.to_vec())).or_default();
        *seen = seen.saturating_add(count);
        *seen
    }

    fn pipelines(&self) -> std::sync::MutexGuard<'_, Pipelines> {
        let kept = self.inner.pipelines.lock();
        kept.unwrap_or_else(|poison| poison.into_inner())
    }

    fn module(&self, shader: &Shader) -> Result<Module, GpuError> {
        let text = shader.text().map_err(|strange| GpuError::Refused {
            adapter: self.adapter().name.clone(),
            reason: strange.to_string(),
        })?;
        let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty,
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        };
        let storage = shader
            .storage
            .iter()
            .map(|access| wgpu::BufferBindingType::Storage {
                read_only: *access == Access::Read,
            });
        let entries: Vec<_> = std::iter::once(wgpu::BufferBindingType::Uniform)
            .chain(storage)
            .zip(0..)
            .map(|(ty, binding)| entry(binding, ty))
            .collect();
        self.guarded(|device| {
            let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(shader.name),
                source: wgpu::ShaderSource::Wgsl(text.into()),
            });
            let bindings = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
                label: Some(shader.name),
                entries: &entries,
            });
            let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: Some(shader.name),
                bind_group_layouts: &[Some(&bindings)],
                immediate_size: 0,
            });
            Module {
                module,
                bindings,
                layout,
            }
        })
    }
}
